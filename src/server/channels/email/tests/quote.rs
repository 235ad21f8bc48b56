use super::{
    super::quote::{Kind, fold, fold_html},
    mail,
};

/// The text with what's folded in brackets: `[q…]` and `[s…]`.
fn drawn(text: &str) -> String {
    fold(text)
        .into_iter()
        .map(|segment| {
            let part = &text[segment.range];
            match segment.kind {
                Kind::Visible => part.to_owned(),
                Kind::Quoted => format!("[q{part}]"),
                Kind::Signature => format!("[s{part}]"),
            }
        })
        .collect()
}

#[test]
fn introductions_in_many_languages() {
    for intro in [
        "On Tue, Nov 3, 2026 at 9:20 AM Olga <o@acme.test> wrote:",
        "On 3 Nov 2026, at 09:20, Olga <o@acme.test> wrote:",
        "On Tue, Nov 3, 2026 at 9:20 AM Olga at Acme\n<o@acme.test> wrote:",
        "On Tue, Nov 3, 2026 at 9:20 AM\nOlga at Acme <o@acme.test>\nwrote:",
        "Am 03.11.2026 um 09:20 schrieb Olga:",
        "Am Di., 3. Nov. 2026 um 09:20 Uhr schrieb Olga <o@acme.test>:",
        "Le mar. 3 nov. 2026 à 09:20, Olga <o@acme.test> a écrit :",
        "El mar, 3 nov 2026 a las 9:20, Olga (<o@acme.test>) escribió:",
        "Il giorno mar 3 nov 2026 alle ore 09:20 Olga <o@acme.test> ha scritto:",
        "Em ter., 3 de nov. de 2026 às 09:20, Olga <o@acme.test> escreveu:",
        "Op di 3 nov 2026 om 09:20 schreef Olga <o@acme.test>:",
        "Den tis 3 nov. 2026 kl 09:20 skrev Olga <o@acme.test>:",
        "tir. 3. nov. 2026 kl. 09:20 skrev Olga <o@acme.test>:",
        "ti 3. marrask. 2026 klo 9.20 Olga (o@acme.test) kirjoitti:",
        "wt., 3 lis 2026 o 09:20 Olga <o@acme.test> napisał(a):",
        "út 3. 11. 2026 v 9:20 odesílatel Olga <o@acme.test> napsal:",
        "Olga <o@acme.test> ezt írta (időpont: 2026. nov. 3., K, 9:20):",
        "mar., 3 nov. 2026 la 09:20, Olga <o@acme.test> a scris:",
        "Olga <o@acme.test>, 3 Kas 2026 Sal, 09:20 tarihinde şunu yazdı:",
        "вт, 3 нояб. 2026 г. в 09:20, Olga <o@acme.test>:",
        "3 ноября 2026 г., 09:20, Olga <o@acme.test> написал(а):",
        "2026年11月3日(火) 9:20 Olga <o@acme.test>:",
        "Olga <o@acme.test> 于2026年11月3日周二 09:20写道：",
        "2026년 11월 3일 (화) 오전 9:20, Olga <o@acme.test>님이 작성:",
        "Olga wrote:",
    ] {
        for quote in ["> It is on its way.\n> Really.\n", "\n> It is on its way.\n"] {
            let text = format!("Thank you.\n\n{intro}\n{quote}");
            assert_eq!(drawn(&text), format!("Thank you.\n\n[q{intro}\n{quote}]"));
        }
        // Without marks, all below is quote; "Olga wrote:" alone could be anything.
        if intro.contains('@') {
            let text = format!("Thank you.\n\n{intro}\n\nIt is on its way.\n");
            assert_eq!(drawn(&text), format!("Thank you.\n\n[q{intro}\n\nIt is on its way.\n]"));
        }
    }
}

#[test]
fn headers_of_outlook_in_many_languages() {
    for header in [
        "From: Olga <o@acme.test>\nSent: Tuesday, 3 November 2026 09:20\nTo: Ana <a@shop.test>\nSubject: Re: A question",
        "*From:* Olga <o@acme.test>\n*Date:* Tuesday\n*To:* Ana\n*Subject:* Re: A question",
        "Von: Olga\nGesendet: Dienstag\nAn: Ana\nCc: Bo\nBetreff: Re: A question",
        "De : Olga\nEnvoyé : mardi\nÀ : Ana\nObjet : Re: A question",
        "De: Olga\nEnviado el: martes\nPara: Ana\nAsunto: Re: A question",
        "Da: Olga\nInviato: martedì\nA: Ana\nOggetto: Re: A question",
        "De: Olga\nEnviada em: terça\nPara: Ana\nAssunto: Re: A question",
        "Van: Olga\nVerzonden: dinsdag\nAan: Ana\nOnderwerp: Re: A question",
        "Från: Olga\nSkickat: tisdag\nTill: Ana\nÄmne: Re: A question",
        "Fra: Olga\nSendt: tirsdag\nTil: Ana\nEmne: Re: A question",
        "Od: Olga\nWysłano: wtorek\nDo: Ana\nTemat: Re: A question",
        "От: Olga\nОтправлено: вторник\nКому: Ana\nТема: Re: A question",
        "发件人: Olga\n发送时间: 2026年11月3日\n收件人: Ana\n主题: Re: A question",
        "差出人: Olga\n送信日時: 2026年11月3日\n宛先: Ana\n件名: Re: A question",
    ] {
        for rule in ["", "________________________________\n"] {
            let text = format!("Thanks.\n\n{rule}{header}\n\nIt is on its way.\n");
            assert_eq!(drawn(&text), format!("Thanks.\n\n[q{rule}{header}\n\nIt is on its way.\n]"));
        }
    }
}

#[test]
fn dividers() {
    for divider in [
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "----- Message d'origine -----",
        "## Please reply above this line ##",
    ] {
        let text = format!("Thanks.\n{divider}\nFrom: Olga\n\nIt is on its way.\n");
        assert_eq!(drawn(&text), format!("Thanks.\n[q{divider}\nFrom: Olga\n\nIt is on its way.\n]"));
    }
}

#[test]
fn answers_between_quotes_stay() {
    assert_eq!(
        drawn("Olga wrote:\n> Which size?\n\n42.\n\n> And which colour?\n>\n> Red?\nBlue.\n"),
        "[qOlga wrote:\n> Which size?\n]\n42.\n\n[q> And which colour?\n>\n> Red?\n]Blue.\n"
    );
}

#[test]
fn signatures() {
    for (text, expected) in [
        ("Yes.\n-- \nAna\nShop\n", "Yes.\n[s-- \nAna\nShop\n]"),
        ("Yes.\n\n--\nAna", "Yes.\n\n[s--\nAna]"),
        ("Yes.\n\nSent from my iPhone\n", "Yes.\n\n[sSent from my iPhone\n]"),
        ("Ja.\n\nVon meinem iPhone gesendet", "Ja.\n\n[sVon meinem iPhone gesendet]"),
        ("Oui.\n\nEnvoyé de mon iPhone\n\n> Alors ?\n", "Oui.\n\n[sEnvoyé de mon iPhone\n\n][q> Alors ?\n]"),
        ("Да.\n\nОтправлено с iPhone\n", "Да.\n\n[sОтправлено с iPhone\n]"),
        (
            "Yes.\n\nGet Outlook for iOS<https://aka.ms/x>\n",
            "Yes.\n\n[sGet Outlook for iOS<https://aka.ms/x>\n]",
        ),
        (
            "Sent from my office this morning.\nWhere is it?\n",
            "Sent from my office this morning.\nWhere is it?\n",
        ),
        ("> Which?\nThis.\n-- \nAna\n", "[q> Which?\n]This.\n[s-- \nAna\n]"),
    ] {
        assert_eq!(drawn(text), expected);
    }
    let long = format!("Yes.\n--\n{}", "more text\n".repeat(20));
    assert_eq!(drawn(&long), long);
}

#[test]
fn what_a_mail_is_about_stays() {
    for text in [
        "",
        "\n\n",
        "Just text: with a colon\nand 12345 numbers:\n",
        "In 2019 she wrote: nothing\n",
        "> only a quote\n> of two lines\n",
        "On 3 Nov 2026, Olga <o@acme.test> wrote:\n\nIt is on its way.\n",
        "FYI\n\n---------- Forwarded message ---------\nFrom: Bo <bo@x.test>\nDate: today\nSubject: s\nTo: Ana\n\nText\n",
        "Begin forwarded message:\n\nFrom: Bo\nSubject: s\nDate: today\n\nText\n",
        "-- \nAna\n",
        "From: here\nto there\n",
    ] {
        assert_eq!(drawn(text), text);
    }
}

#[test]
fn real_replies() {
    let gmail = mail("reply_gmail").text;
    assert!(drawn(&gmail).starts_with("Thank you, it came.\n\n[qOn Tue"), "{}", drawn(&gmail));
    let outlook = mail("reply_outlook").text;
    assert!(drawn(&outlook).contains("Ana\n\n[q____"), "{}", drawn(&outlook));
}

#[test]
fn quotes_in_html() {
    const OPEN: &str = "<details class=\"quote\"><summary>…</summary>";
    for (html, folded) in [
        (
            "<div>Yes.</div><div class=\"gmail_quote\">On Tue<blockquote>It</blockquote></div><p>PS</p>",
            "<div>Yes.</div>{<div class=\"gmail_quote\">On Tue<blockquote>It</blockquote></div>}<p>PS</p>",
        ),
        (
            "<p>Yes.</p><div class=\"moz-cite-prefix\">On Tue, Olga wrote:<br></div>\n<blockquote type=\"cite\"><p>It</p></blockquote>",
            "<p>Yes.</p>{<div class=\"moz-cite-prefix\">On Tue, Olga wrote:<br></div>\n<blockquote type=\"cite\"><p>It</p></blockquote>}",
        ),
        (
            "<div><p>Yes.</p><div id=\"appendonsend\"></div><hr><div>From: Olga</div></div><p>After</p>",
            "<div><p>Yes.</p>{<div id=\"appendonsend\"></div><hr><div>From: Olga</div>}</div><p>After</p>",
        ),
        (
            "<p>Yes.</p><div id=\"divRplyFwdMsg\">From: Olga</div><p>It</p>",
            "<p>Yes.</p>{<div id=\"divRplyFwdMsg\">From: Olga</div><p>It</p>}",
        ),
        (
            "<p>Yes.</p><span id=\"OLK_SRC_BODY_SECTION\"><div>It</div></span>",
            "<p>Yes.</p>{<span id=\"OLK_SRC_BODY_SECTION\"><div>It</div></span>}",
        ),
        (
            "<blockquote type=\"cite\">Which?</blockquote>This.<blockquote type=\"cite\">And?</blockquote>",
            "{<blockquote type=\"cite\">Which?</blockquote>}This.{<blockquote type=\"cite\">And?</blockquote>}",
        ),
        (
            "<div class=\"gmail_quote\">Alone</div>&nbsp;<br>",
            "<div class=\"gmail_quote\">Alone</div>&nbsp;<br>",
        ),
        (
            "FYI<div class=\"gmail_quote\">---------- Forwarded message ---------<br>It</div>",
            "FYI<div class=\"gmail_quote\">---------- Forwarded message ---------<br>It</div>",
        ),
        ("<blockquote>no mark</blockquote>x", "<blockquote>no mark</blockquote>x"),
    ] {
        let expected = folded.replace('{', OPEN).replace('}', "</details>");
        assert_eq!(fold_html(html), (expected, folded.matches('{').count()));
    }
}
