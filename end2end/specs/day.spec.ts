// A day with four browsers at once: two operators, a supervisor and a customer, and one who comes and goes.

import { cell, expectItsList, number, openDashboard, tile } from "../dashboard";
import { expect, test } from "../fixtures";
import { bulk, dialog, openFilter, select } from "../list";
import { bell, noteNaming } from "../mentions";
import { fillSignIn, hydrated } from "../operator";
import { codeAt, invite, join, PASSWORD, personIn } from "../people";

test("a day of a team", async ({ operator, visitor, stranger }) => {
  test.setTimeout(600_000);
  const [olga, omar, ada, vera] = await Promise.all([
    operator("olga"),
    operator("omar"),
    operator("ada"),
    visitor("Vera"),
  ]);
  const board = await ada.newTab();
  await board.getByRole("link", { name: "Dashboard" }).click();
  await hydrated(board);
  const waiting = tile(board, "waiting-now");
  const before = await number(waiting);

  await test.step("the customer writes: both operators and the dashboard have it at once", async () => {
    await vera.say("My teapot has a crack");
    for (const someone of [olga, omar]) {
      await expect(someone.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
    }
    await expect(waiting).toHaveText(String(before + 1));
  });

  const [winner, loser] = await test.step("both answer at once: one owns it, the other is told who", async () => {
    let release = () => {};
    const both = new Promise<void>((resolve) => (release = resolve));
    let asked = 0;
    for (const someone of [olga, omar]) {
      await someone.open(vera.name);
      // Neither claim leaves before the other one is under way too.
      await someone.page.route("**/fn/claim", async (route) => {
        asked += 1;
        if (asked === 2) release();
        await both;
        await route.continue();
      });
    }
    await Promise.all([olga.button("Claim").click(), omar.button("Claim").click()]);
    const told = /(Olga Ortiz|Omar Haddad) already owns this/;
    await expect
      .poll(async () => (await olga.page.getByText(told).count()) + (await omar.page.getByText(told).count()))
      .toBe(1);
    const loser = (await olga.page.getByText(told).count()) === 1 ? olga : omar;
    const winner = loser === olga ? omar : olga;
    for (const someone of [olga, omar]) {
      await expect(someone.owner).toContainText(winner.name);
      await someone.page.unroute("**/fn/claim");
    }
    return [winner, loser];
  });
  const owns = cell(board, "Operators", winner.name, "active");

  await test.step("the owner asks the colleague, who is told and led to the note", async () => {
    await loser.queue("Mine").click();
    await noteNaming(winner, `Do we have one left, @${loser.name.slice(0, 2).toLowerCase()}`, loser.name, "?");
    await bell(loser.page).click();
    const told = loser.page.getByTestId("notification").first();
    await expect(told).toContainText(`${winner.name} mentioned you`);
    await told.getByRole("link").click();
    await expect(loser.message("Do we have one left")).toHaveAttribute("data-found", "true");
  });

  await test.step("a response with its values filled in; one with a hole stays", async () => {
    await winner.page.getByRole("tab", { name: "Reply" }).click();
    await winner.composer.pressSequentially("/hello");
    await expect(winner.page.getByRole("listbox", { name: "Canned responses" }).getByRole("option")).toHaveCount(1);
    await winner.composer.press("Enter");
    await expect(winner.composer).toHaveValue(/\{\{customer\.first_name/);
    await winner.button("Send").click();
    await expect(vera.message("Hello Vera,")).toContainText(winner.name.split(" ")[0]!);
    await winner.composer.fill("We call you at {{customer.phone}}");
    await winner.button("Send").click();
    await expect(winner.page.getByTestId("unfilled")).toContainText("{{customer.phone}} has no value here");
    await winner.composer.fill("");
    await expect(vera.message("We call you")).toHaveCount(0);
    await expect(waiting).toHaveText(String(before));
  });

  await test.step("the owner goes and hands over: the next message is in the queue", async () => {
    const owned = await number(owns);
    await winner.choose("Away and hand over");
    await vera.say("Are you still there?");
    await expect(loser.status).toHaveAttribute("data-status", "waiting");
    await expect(loser.message(`${winner.name} is away: back to the queue`)).toBeVisible();
    await expect(owns).toHaveText(String(owned - 1));
    await expect(waiting).toHaveText(String(before + 1));
    await winner.button("Take work again").click();
  });

  await test.step("a filter becomes the team's view", async () => {
    const filter = await openFilter(olga);
    await filter.getByRole("textbox", { name: "Name, address or subject" }).fill(vera.name);
    await olga.page.keyboard.press("Enter");
    await expect(olga.rows).toHaveCount(1);
    await olga.button("Save view").click();
    const saving = dialog(olga.page, "Save view");
    await saving.getByRole("textbox", { name: "Name" }).fill("The teapot");
    await saving.getByRole("combobox", { name: "Shown to" }).selectOption("Team Support");
    await saving.getByRole("button", { name: "Save", exact: true }).click();
    await omar.queue("The teapot").click();
    await expect(omar.rows).toHaveCount(1);
    await expect(omar.row(vera.name)).toBeVisible();
  });

  await test.step("resolved with others, and brought back", async () => {
    await select(olga, vera.name);
    await expect(bulk(olga)).toContainText("1 selected");
    await olga.page.keyboard.press("e");
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "resolved");
    await olga.page.getByTestId("done").getByRole("button", { name: "Undo" }).click();
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "waiting");
    await expect(omar.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
  });

  await test.step("snoozed, and woken by the customer", async () => {
    await olga.open(vera.name);
    await olga.page.keyboard.press("h");
    await dialog(olga.page, "Snooze").getByRole("button", { name: /^Tomorrow morning/ }).click();
    await expect(omar.row(vera.name)).toHaveAttribute("data-snoozed", "true");
    await vera.say("One more thing");
    await expect(omar.row(vera.name)).toHaveAttribute("data-snoozed", "false");
  });

  await test.step("the numbers are the lengths of their lists", async () => {
    await openDashboard(ada);
    await expectItsList(ada, cell(ada.page, "Operators", olga.name, "active"));
    await expectItsList(ada, cell(ada.page, "Operators", omar.name, "active"));
    await expectItsList(ada, cell(ada.page, "Teams", "Sales", "needs_answer"));
    await expect(waiting).toHaveText(await tile(ada.page, "waiting-now").innerText());
  });

  await test.step("somebody new: invited, two steps, in by a recovery code, and out again", async () => {
    await ada.openInbox("/settings/people");
    const page = await stranger();
    await join(page, await invite(ada.page, "pia@demo.test"), "Pia Paz");
    await page.goto("/settings/profile");
    await hydrated(page);
    await page.getByRole("textbox", { name: "Your password" }).fill(PASSWORD);
    await page.getByRole("button", { name: "Set up two-step sign-in" }).click();
    const secret = (await page.getByTestId("paste").textContent())!;
    await page.getByRole("textbox", { name: "Code" }).fill(codeAt(secret, Date.now()));
    await page.getByRole("button", { name: "Switch on" }).click();
    await expect(page.getByTestId("second-step")).toHaveAttribute("data-on", "true");
    const recovery = (await page.getByTestId("paste").textContent())!.split("\n")[0]!;

    const other = await stranger();
    await other.goto("/login");
    await hydrated(other);
    await fillSignIn(other, "pia@demo.test", PASSWORD);
    await expect(other).toHaveURL(/\/login\/code/);
    await hydrated(other);
    await other.getByRole("textbox", { name: "Code" }).fill(recovery);
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other).toHaveURL(/\/inbox$/);
    await hydrated(other);
    await other.getByTestId("conversation-row").filter({ hasText: vera.name }).getByRole("link").click();
    await other.getByRole("button", { name: "Claim" }).click();
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "active");

    await ada.openInbox("/settings/people");
    await personIn(ada.page, "Pia Paz").getByRole("button", { name: /^Disable/ }).click();
    const asked = dialog(ada.page, "Disable Pia Paz?");
    await asked.getByRole("button", { name: "Disable" }).click();
    await expect(other, "what follows what happens leaves by itself").toHaveURL(/\/login/);
    await page.goto("/inbox");
    await expect(page).toHaveURL(/\/login/);
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "waiting");
  });
});
