import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

import { expectNoOverflow } from "../browser";
import { expect, test } from "../fixtures";

/** No violation of any rule, also in frames, and no sideways scrolling. */
async function check(page: Page, place: string) {
  await test.step(place, async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const told = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help} @ ${target.join(" ")}: ${failureSummary}`),
    );
    expect.soft(told, place).toEqual([]);
    await expectNoOverflow(page);
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    const look = { colorScheme, viewport: { width, height: 844 } };

    test.describe(`${colorScheme}, ${width} px`, () => {
      test("pages of an operator", async ({ operator, stranger, visitor }) => {
        test.slow();
        const guest = await stranger(look);
        await guest.goto("/login");
        await check(guest, "sign in");
        await guest.goto("/login/code");
        await check(guest, "second step");
        await guest.goto("/login/forgot?asked=yes");
        await check(guest, "a forgotten password");
        await guest.goto("/reset/nothing");
        await check(guest, "a link that is of no use");
        await guest.goto("/nowhere");
        await check(guest, "a page that does not exist");

        const vera = await visitor("Vera");
        await vera.say("Does https://example.com/a/very/long/address/that/goes/on/and/on/without/end/at/all fit?");
        const olga = await operator("olga", look);
        await check(olga.page, "inbox");
        await olga.open(vera.name);
        await check(olga.page, "waiting conversation");
        await olga.reply("It does");
        await olga.note("Was it that long?");
        await check(olga.page, "active conversation");
        const asked = olga.log.locator('[data-testid="message"][data-sender="contact"]').first();
        await asked.hover();
        await asked.getByRole("button", { name: /^Reply to this message from / }).click();
        await check(olga.page, "composer with what is answered");
        await olga.reply("On two lines");
        await expect(olga.message("On two lines").getByTestId("quote")).toBeVisible();
        await check(olga.page, "reply to a message");
        await olga.button("More").click();
        await olga.page.getByRole("menuitem", { name: "Mail transcript" }).click();
        await expect(olga.page.getByRole("dialog", { name: "Mail transcript" })).toBeVisible();
        await check(olga.page, "dialog of a transcript");
        await olga.page.keyboard.press("Escape");
        await olga.button("Assign").click();
        await check(olga.page, "colleagues to assign to");
        await olga.button("Assign").click();
        await olga.page.getByRole("tab", { name: "Note" }).click();
        await check(olga.page, "composer with a note");
        await olga.composer.pressSequentially("@");
        await expect(olga.page.getByRole("listbox", { name: "People and teams" })).toBeVisible();
        await check(olga.page, "composer with names");
        await olga.composer.press("Escape");
        await olga.button("Resolve").click();
        await expect(olga.status).toHaveAttribute("data-status", "resolved");
        await check(olga.page, "resolved conversation");

        await olga.openInbox("/inbox?queue=resolved");
        await olga.page.keyboard.press("?");
        await expect(olga.page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
        await check(olga.page, "help");
        await olga.page.keyboard.press("Escape");
        await olga.button("Olga Ortiz, your account").click();
        await check(olga.page, "menu of the account");
      });

      test("search, palette, notifications and contacts", async ({ operator, visitor }) => {
        const vera = await visitor("Vera");
        await vera.say("Does https://example.com/a/very/long/address/that/goes/on/and/on/without/end/at/all fit?");
        const [olga, omar] = await Promise.all([operator("olga", look), operator("omar", look)]);
        await olga.open(vera.name);
        await olga.note("@Omar Haddad, does this long address fit?");
        await check(olga.page, "note with a mention");
        await omar.page.getByRole("button", { name: /^Notifications/ }).click();
        // He has been told of other things too, by the demo or by the test before.
        const told = omar.page.getByTestId("notification").filter({ hasText: vera.name });
        await expect(told).toHaveCount(1);
        await check(omar.page, "notifications");
        await told.getByRole("link").click();
        await expect(omar.message("does this long address fit?")).toHaveAttribute("data-found", "true");
        await check(omar.page, "message that was looked for");
        await omar.page.keyboard.press("Control+k");
        await expect(omar.page.getByRole("option").first()).toBeVisible();
        await check(omar.page, "command palette");
        for (const [path, place] of [
          ["/search", "search without words"],
          ["/search?q=address+fit", "search with hits"],
          ["/search?q=nowhere", "search without hits"],
          ["/contacts", "contacts"],
          ["/contacts?q=nobody", "contacts without anybody"],
          ["/settings/notifications", "notification settings"],
        ]) {
          await olga.openInbox(path);
          await check(olga.page, place);
        }
      });

      test("the shop and its chat", async ({ operator, stranger, visitor }) => {
        const guest = await stranger(look);
        await guest.goto("/demo");
        await expect(guest.getByRole("button", { name: "Chat with us" })).toBeVisible();
        await check(guest, "shop");

        const vera = await visitor("Vera", look);
        await check(vera.page, "chat of somebody new");
        await vera.say("Hello");
        await check(vera.page, "chat that waits");
        const olga = await operator("olga");
        await olga.open(vera.name);
        await olga.reply("Hello Vera, look at https://example.com");
        await expect(vera.message("Hello Vera")).toBeVisible();
        await check(vera.page, "chat with an answer");
        await olga.button("Resolve").click();
        await expect(vera.frame.getByRole("button", { name: "Start a new conversation" })).toBeVisible();
        await check(vera.page, "resolved chat");

        const victor = await visitor("Victor", { ...look, helper: true });
        await victor.say("How long does delivery take?");
        await expect(victor.message("2 to 4 working days")).toBeVisible();
        await check(victor.page, "chat with the AI");
        await victor.personButton.click();
        await expect(victor.personButton).toBeHidden();
        await check(victor.page, "chat that waits for a person");
      });

      test("mails with files, and the mailbox", async ({ operator, mailbox }) => {
        const address = `vera.${colorScheme}.${width}@example.test`;
        const vera = await mailbox(look);
        await check(vera.page, "mailbox with nothing in it");
        await vera.open(address);
        await vera.write({
          subject: "Does https://example.com/a/very/long/address/that/goes/on/and/on/without/end/at/all fit?",
          text: "Does it?\n\n-- \nVera",
          files: [{ name: "a name that goes on and on and on.txt", mimeType: "text/plain", buffer: Buffer.from("x") }],
        });
        await check(vera.page, "mailbox with a mail");
        await vera.button("Reply").click();
        await check(vera.page, "mailbox with a draft");
        const olga = await operator("olga", look);
        await olga.open(address);
        await check(olga.page, "conversation by mail");
        await olga.page.getByTestId("files").setInputFiles({
          name: "another name that goes on and on.txt",
          mimeType: "text/plain",
          buffer: Buffer.from("x"),
        });
        await expect(olga.page.getByTestId("attached")).toHaveAttribute("data-state", "uploaded");
        await check(olga.page, "composer with a file");
      });

      test("a contact", async ({ operator, visitor }) => {
        const vera = await visitor("Vera");
        const twin = await visitor("Vera");
        const email = `${colorScheme}.${width}@example.test`;
        for (const someone of [vera, twin]) {
          await someone.introduce(email);
          await someone.say("Does https://example.com/a/very/long/address/that/goes/on/and/on/without/end/at/all fit?");
        }
        const olga = await operator("olga", look);
        await olga.open(vera.name);
        // On a narrow screen the panel is a drawer that is closed.
        const panel = olga.page.getByRole("complementary", { name: "Contact", includeHidden: true });
        const page = await panel.getByRole("link", { name: vera.name, includeHidden: true }).getAttribute("href");
        await olga.openInbox(page!);
        await check(olga.page, "contact with a suggestion");
        await olga.button(`Merge with ${twin.name}`).click();
        await expect(olga.page.getByRole("dialog", { name: /Merge with/ })).toBeVisible();
        await check(olga.page, "dialog before a merge");
        await olga.page.getByRole("dialog").getByRole("button", { name: "Merge", exact: true }).click();
        await expect(olga.page.getByTestId("merged")).toBeVisible();
        await olga.page.getByText("Edit name").click();
        await check(olga.page, "contact that was merged");
        await olga.page.getByRole("textbox", { name: "Detail" }).fill("Plan");
        await olga.page.getByRole("textbox", { name: "Value" }).fill("Gold, paid until the end of the year");
        await olga.button("Save detail").click();
        await olga.page.getByRole("textbox", { name: "Note about this contact" }).fill("Ask for Vera.\nMornings only.");
        await olga.button("Add note").click();
        await expect(olga.page.getByTestId("attribute")).toHaveCount(1);
        await expect(olga.page.getByTestId("contact-note")).toHaveCount(1);
        await olga.button("Remove the note by Olga Ortiz").click();
        await expect(olga.page.getByText("Note removed.")).toBeVisible();
        await check(olga.page, "contact with a detail and a note that was removed");
        await olga.button("Block").click();
        await expect(olga.page.getByTestId("blocked")).toBeVisible();
        await check(olga.page, "contact that is blocked");
      });

      test("teams", async ({ operator }) => {
        const [sam, olga] = await Promise.all([operator("sam", look), operator("olga", look)]);
        await sam.openInbox("/teams");
        await expect(sam.team("Support")).toBeVisible();
        await check(sam.page, "teams of a supervisor");
        await sam.team("Support").getByRole("button", { name: "Add member" }).click();
        await check(sam.page, "people to add");
        await sam.page.keyboard.press("Escape");
        await sam.button("New team").click();
        await expect(sam.page.getByRole("dialog", { name: "New team" })).toBeVisible();
        await check(sam.page, "dialog of a new team");
        await sam.page.keyboard.press("Escape");
        await sam.team("Sales").getByRole("button", { name: "Archive" }).click();
        await expect(sam.page.getByRole("dialog", { name: "Archive Sales?" })).toBeVisible();
        await check(sam.page, "dialog before a team is archived");
        await olga.choose("Away and hand over");
        await check(olga.page, "inbox of somebody who hands over");
        await olga.choose("Online");
        await olga.openInbox("/teams");
        await expect(olga.team("Support")).toBeVisible();
        await check(olga.page, "teams of an operator");
      });

      test("canned responses", async ({ operator, visitor }) => {
        const vera = await visitor("Vera");
        await vera.say("Hello");
        const sam = await operator("sam", look);
        await sam.open(vera.name);
        await sam.composer.focus();
        await sam.page.keyboard.type("/");
        await expect(sam.page.getByRole("listbox", { name: "Canned responses" })).toBeVisible();
        await check(sam.page, "list of canned responses");
        await sam.page.keyboard.type("callback");
        await sam.page.keyboard.press("Enter");
        await expect(sam.page.getByTestId("missing")).toBeVisible();
        await check(sam.page, "preview with a missing value");
        await sam.button("Send").click();
        await expect(sam.page.getByTestId("unfilled")).toBeVisible();
        await check(sam.page, "a send that was stopped");

        await sam.openInbox("/canned");
        await check(sam.page, "canned responses");
        await sam.page.getByRole("button", { name: "Delete /case" }).click();
        await expect(sam.button("Undo")).toBeFocused();
        await check(sam.page, "a deleted response");
        await sam.button("Undo").click();
        await sam.button("Import…").click();
        await expect(sam.page.getByRole("dialog", { name: "Import canned responses" })).toBeVisible();
        await check(sam.page, "import of canned responses");
        await sam.openInbox("/canned/new");
        await sam.page.getByLabel("Text", { exact: true }).fill("Dear {{customer.name}}, {{nobody}}");
        await check(sam.page, "a new response with what is no macro");
        await sam.page.getByLabel("Text", { exact: true }).fill("Dear {{customer.name}}");
        await check(sam.page, "a new response");
      });

      test("settings", async ({ operator }) => {
        const ada = await operator("ada", look);
        for (const [path, heading] of [
          ["/settings/channels", "Channels"],
          ["/settings/channels/new", "Connect a channel"],
          ["/settings/unread", "Could not be read"],
          ["/settings/people", "People"],
          ["/settings/workspace", "Workspace"],
          ["/settings/audit", "Audit log"],
          ["/settings/profile", "Your profile"],
        ]) {
          await ada.openInbox(path);
          await expect(ada.page.getByRole("heading", { name: heading, level: 1 })).toBeVisible();
          await check(ada.page, path);
        }
        await ada.openInbox("/settings/channels");
        await ada.page.getByRole("link", { name: "support@acme.test" }).click();
        await expect(ada.page.getByRole("heading", { name: "support@acme.test", level: 1 })).toBeVisible();
        await check(ada.page, "a channel");
      });

      test("filters, views, and what is done to many", async ({ operator, visitor }) => {
        test.slow();
        const vera = await visitor("Vera");
        await vera.say("Hello");
        const sam = await operator("sam", look);
        const { page } = sam;
        const dialog = (name: string) => page.getByRole("dialog", { name });
        await page.keyboard.press("f");
        await expect(dialog("Filter the list")).toBeVisible();
        await check(page, "filter");
        await page.keyboard.press("Escape");
        await sam.openInbox("/inbox?status=waiting,active&priority=high,urgent&owner=me,nobody&created=30d");
        await expect(page.getByRole("list", { name: "Conditions" }).getByRole("button")).toHaveCount(4);
        await check(page, "list under a filter");
        await sam.button("Save view").click();
        await dialog("Save view").getByRole("textbox", { name: "Name" }).fill(`A name that goes on and on ${colorScheme} ${width}`);
        await check(page, "saving a view");
        await dialog("Save view").getByRole("button", { name: "Save", exact: true }).click();
        await expect(dialog("Save view")).toBeHidden();
        await check(page, "a view");

        await sam.openInbox();
        await sam.row(vera.name).getByRole("link").first().focus();
        await page.keyboard.press("x");
        await expect(page.getByTestId("bulk")).toBeVisible();
        await check(page, "selected rows");
        for (const [key, name] of [["l", "Tags"], ["p", "Priority"], ["h", "Snooze"]] as const) {
          await page.keyboard.press(key);
          await expect(dialog(name)).toBeVisible();
          await check(page, `dialog of ${name.toLowerCase()}`);
          await page.keyboard.press("Escape");
          await expect(dialog(name)).toBeHidden();
        }
        await page.keyboard.press("h");
        await dialog("Snooze").getByRole("button", { name: /^Next week|^Tomorrow/ }).first().click();
        await expect(page.getByTestId("done")).toBeVisible();
        await check(page, "what was just done");
        await sam.open(vera.name);
        await page.keyboard.press("l");
        await dialog("Tags").getByRole("checkbox").first().check();
        await dialog("Tags").getByRole("button", { name: "Apply" }).click();
        await expect(sam.log.getByText("added the tag")).toBeVisible();
        await check(page, "a conversation that is tagged and snoozed");
        await sam.openInbox("/settings/tags");
        await expect(page.getByRole("heading", { name: "Tags", level: 1 })).toBeVisible();
        await check(page, "tags");
      });

      test("dashboard", async ({ operator }) => {
        const sam = await operator("sam", look);
        await sam.openInbox("/dashboard");
        await expect(sam.page.getByTestId("waiting-now")).toBeVisible();
        await check(sam.page, "dashboard");
        await sam.page.getByText("Day by day, as a table").click();
        await expect(sam.page.getByRole("table", { name: "Day by day" })).toBeVisible();
        await check(sam.page, "dashboard with its table of days");
        await sam.openInbox("/dashboard?from=2026-01-02&to=2026-01-01");
        await expect(sam.page.getByRole("alert")).toBeVisible();
        await check(sam.page, "dashboard without such days");
        const olga = await operator("olga", look);
        await olga.openInbox("/dashboard");
        await check(olga.page, "dashboard for somebody who may not see it");
      });

      test("the phone", async ({ operator, phone }) => {
        const number = `+1${colorScheme === "light" ? 212 : 415}555${String(width).padStart(4, "0")}`;
        const hand = await phone(look);
        await check(hand.page, "phone with nothing on it");
        await hand.pickUp(number);
        await hand.text("Does https://example.com/a/very/long/address/that/goes/on/and/on/without/end/at/all fit?");
        const olga = await operator("olga");
        await olga.open(number);
        await olga.reply("It does");
        await expect(hand.received("It does")).toBeVisible();
        await check(hand.page, "phone with texts");
      });
    });
  }
}
