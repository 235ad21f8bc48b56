import type { Locator } from "@playwright/test";

import { expect, test } from "../fixtures";
import { bulk, dialog, openFilter, select } from "../list";
import type { Operator } from "../operator";

/** The conditions that are set, each a button that takes it away. */
function conditions(operator: Operator): Locator {
  return operator.page.getByRole("list", { name: "Conditions" }).getByRole("button");
}

/** Does something with a view that is in the navigation. */
async function withView(operator: Operator, name: string, item: string) {
  await operator.page.getByRole("button", { name: `More about ${name}` }).click();
  await operator.page.getByRole("menuitem", { name: item }).click();
}

test("a filter is live, stands in the address, and is shared with the team as a view", async ({
  operator,
  visitor,
}) => {
  const [olga, omar, vera, walt] = await Promise.all([
    operator("olga"),
    operator("omar"),
    visitor("Vera"),
    visitor("Walt"),
  ]);
  await vera.say("Hello");
  await walt.say("Hello");
  await expect(olga.row(walt.name)).toBeVisible();

  await test.step("set by the keyboard, it narrows the list", async () => {
    const filter = await openFilter(olga);
    await filter.getByRole("group", { name: "Status" }).getByRole("checkbox", { name: "Waiting" }).check();
    await filter.getByRole("textbox", { name: "Name, address or subject" }).fill(vera.name.toUpperCase());
    await olga.page.keyboard.press("Enter");
    await expect(filter).toBeHidden();
    await expect(olga.rows).toHaveCount(1);
    await expect(olga.row(vera.name)).toBeVisible();
    await expect(conditions(olga)).toHaveText(["Status: Waiting", `Text: ${vera.name.toUpperCase()}`]);
    await expect(olga.page).toHaveURL(/status=waiting&text=/);
  });

  await test.step("what meets it no longer goes at once, and comes back", async () => {
    await omar.open(vera.name);
    await omar.button("Claim").click();
    await expect(olga.rows).toHaveCount(0);
    await expect(olga.page.getByRole("heading", { name: "Nothing meets this filter" })).toBeVisible();
    await omar.button("Release").click();
    await expect(olga.row(vera.name)).toBeVisible();
  });

  await test.step("Back and Forward, and a reload", async () => {
    await olga.page.goBack();
    await expect(olga.row(walt.name)).toBeVisible();
    await expect(conditions(olga)).toHaveCount(0);
    await olga.page.goForward();
    await expect(olga.rows).toHaveCount(1);
    await olga.openInbox(new URL(olga.page.url()).pathname + new URL(olga.page.url()).search);
    await expect(olga.rows).toHaveCount(1);
    await expect(conditions(olga)).toHaveCount(2);
  });

  await test.step("saved for the team, a colleague has it without a reload", async () => {
    await olga.button("Save view").click();
    const saving = dialog(olga.page, "Save view");
    await saving.getByRole("textbox", { name: "Name" }).fill("Vera waits");
    await saving.getByRole("combobox", { name: "Shown to" }).selectOption("Team Support");
    await saving.getByRole("button", { name: "Save", exact: true }).click();
    await expect(saving).toBeHidden();
    await expect(olga.queue("Vera waits")).toHaveAttribute("aria-current", "page");
    await expect(olga.page.getByRole("heading", { name: /^Vera waits/ })).toBeVisible();
    await omar.queue("Vera waits").click();
    await expect(omar.rows).toHaveCount(1);
    await expect(omar.row(vera.name)).toBeVisible();
    await expect(omar.queue("Vera waits")).toHaveAttribute("data-count", "1");
  });

  await test.step("changed where it is shown", async () => {
    await conditions(olga).filter({ hasText: "Text" }).click();
    await expect(olga.row(walt.name)).toBeVisible();
    await olga.button("Save changes").click();
    await expect(olga.button("Save changes")).toBeHidden();
    await expect(omar.queue("Vera waits")).not.toHaveAttribute("href", /text=/);
    await omar.queue("All").click();
    await omar.queue("Vera waits").click();
    await expect(omar.row(walt.name)).toBeVisible();
  });

  await test.step("renamed, deleted and had back", async () => {
    await withView(olga, "Vera waits", "Rename or share");
    const renaming = dialog(olga.page, "Rename or share view");
    await renaming.getByRole("textbox", { name: "Name" }).fill("Who waits");
    await renaming.getByRole("button", { name: "Save", exact: true }).click();
    await expect(omar.queue("Who waits")).toBeVisible();
    await withView(olga, "Who waits", "Delete");
    await expect(omar.queue("Who waits")).toHaveCount(0);
    await olga.page.getByTestId("done").getByRole("button", { name: "Undo" }).click();
    await expect(omar.queue("Who waits")).toBeVisible();
    await expect(olga.queue("Who waits")).toBeVisible();
  });

  await test.step("and is no other team's", async () => {
    const nina = await operator("nina");
    await expect(nina.queue("All")).toBeVisible();
    await expect(nina.queue("Who waits")).toHaveCount(0);
  });
});

test("several conversations are resolved at once, and brought back", async ({ operator, visitor }) => {
  const [olga, omar] = await Promise.all([operator("olga"), operator("omar")]);
  const [vera, walt, xenia, yann] = await Promise.all([
    visitor("Vera"),
    visitor("Walt"),
    visitor("Xenia"),
    visitor("Yann"),
  ]);
  const all = [vera, walt, xenia, yann];
  for (const someone of all) await someone.say("Hello");
  await omar.open(yann.name);
  await omar.button("Claim").click();
  await expect(olga.row(yann.name)).toHaveAttribute("data-status", "active");

  await test.step("rows are selected by key, by stretch, and let go", async () => {
    await select(olga, vera.name);
    await expect(bulk(olga)).toContainText("1 selected");
    await olga.row(yann.name).getByRole("link").first().click({ modifiers: ["Shift"] });
    await expect(bulk(olga)).toContainText("4 selected");
    await expect(olga.page).toHaveURL(/\/inbox$/);
    await olga.page.keyboard.press("Escape");
    await expect(bulk(olga)).toBeHidden();
  });

  await test.step("each has its own answer", async () => {
    for (const someone of all) await select(olga, someone.name);
    await olga.page.keyboard.press("e");
    const done = olga.page.getByTestId("done");
    await expect(done).toContainText("3 conversations resolved.");
    await expect(done).toContainText("1 was not: Your role does not allow this.");
    for (const someone of [vera, walt, xenia]) {
      await expect(omar.row(someone.name)).toHaveAttribute("data-status", "resolved");
    }
    await expect(omar.row(yann.name)).toHaveAttribute("data-status", "active");
    await expect(bulk(olga)).toBeHidden();
  });

  await test.step("Undo brings back exactly those, waiting as before", async () => {
    await olga.page.getByTestId("done").getByRole("button", { name: "Undo" }).click();
    for (const someone of [vera, walt, xenia]) {
      await expect(omar.row(someone.name)).toHaveAttribute("data-status", "waiting");
      await expect(omar.row(someone.name)).toHaveAttribute("data-needs-answer", "true");
    }
    await expect(olga.page.getByTestId("done")).toContainText("3 conversations undone.");
  });

  await test.step("tags and priority by their keys, seen by a colleague", async () => {
    await select(olga, vera.name);
    await select(olga, walt.name);
    await olga.page.keyboard.press("l");
    const tags = dialog(olga.page, "Tags of 2 conversations");
    await tags.getByRole("checkbox", { name: "VIP" }).check();
    await tags.getByRole("button", { name: "Apply" }).click();
    await expect(olga.page.getByTestId("done")).toContainText("2 conversations tagged.");
    await omar.open(walt.name);
    const organised = omar.page.getByTestId("organised");
    await expect(organised.getByTestId("tag")).toHaveText(["VIP"]);
    await expect(omar.log.getByText(`${olga.name} added the tag VIP`)).toBeVisible();
    await omar.page.keyboard.press("p");
    await dialog(omar.page, "Priority").getByRole("button", { name: "Urgent" }).click();
    await expect(omar.page.getByTestId("priority")).toContainText("Urgent");
    await expect(olga.row(walt.name)).toHaveAttribute("data-priority", "urgent");
  });
});

test("several conversations are given away at once, and had back", async ({ operator, visitor }) => {
  const [sam, omar] = await Promise.all([operator("sam"), operator("omar")]);
  const all = await Promise.all([visitor("Vera"), visitor("Walt"), visitor("Xenia")]);
  for (const someone of all) await someone.say("Hello");
  const menu = sam.page.getByRole("menu", { name: "Assign to" });

  await test.step("to a colleague, by the keyboard", async () => {
    for (const someone of all) await select(sam, someone.name);
    await sam.page.keyboard.press("a");
    await menu.getByRole("menuitemradio", { name: omar.name }).press("Enter");
    await expect(sam.page.getByTestId("done")).toContainText("3 conversations assigned.");
    await omar.queue("Mine").click();
    for (const someone of all) await expect(omar.row(someone.name)).toHaveAttribute("data-status", "active");
    await expect(bulk(sam)).toBeHidden();
    await expect(sam.page.locator(":focus")).toHaveCount(1);
  });

  await test.step("and back to the queue", async () => {
    await sam.page.keyboard.press("z");
    for (const someone of all) await expect(omar.row(someone.name)).toHaveCount(0);
    await expect(sam.page.getByTestId("done")).toContainText("3 conversations undone.");
  });

  await test.step("to another team, by the mouse", async () => {
    for (const someone of all.slice(1)) await select(sam, someone.name);
    await bulk(sam).getByRole("button", { name: "Assign to…" }).click();
    await menu.getByRole("menuitemradio", { name: "Sales" }).click();
    await expect(sam.page.getByTestId("done")).toContainText("2 conversations moved.");
    await omar.queue("All").click();
    await expect(omar.row(all[0]!.name)).toBeVisible();
    await expect(omar.row(all[1]!.name)).toHaveCount(0);
    await sam.page.getByTestId("done").getByRole("button", { name: "Undo" }).click();
    await expect(omar.row(all[1]!.name)).toBeVisible();
  });
});

test("a snoozed conversation sleeps until the customer writes", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.openInbox(`/inbox?queue=needs-answer&text=${encodeURIComponent(vera.name)}`);
  await omar.openInbox("/inbox?queue=snoozed");
  await olga.open(vera.name);

  await test.step("put off by the keyboard", async () => {
    await olga.page.keyboard.press("h");
    const snooze = dialog(olga.page, "Snooze");
    await snooze.getByRole("button", { name: /^Tomorrow morning/ }).click();
    await expect(snooze).toBeHidden();
    await expect(olga.page.getByTestId("snoozed")).toContainText("Snoozed until");
    await expect(olga.row(vera.name)).toHaveCount(0);
    await expect(omar.row(vera.name)).toHaveAttribute("data-snoozed", "true");
    await expect(olga.status).toHaveAttribute("data-status", "waiting");
  });

  await test.step("taken back, and put off again until a time", async () => {
    await olga.page.keyboard.press("z");
    await expect(olga.page.getByTestId("snoozed")).toBeHidden();
    await expect(olga.row(vera.name)).toBeVisible();
    await olga.page.keyboard.press("h");
    const snooze = dialog(olga.page, "Snooze");
    const field = snooze.getByLabel("Another time");
    await field.fill("2020-01-01T09:00");
    await snooze.getByRole("button", { name: "Snooze", exact: true }).click();
    await expect(snooze.getByRole("alert")).toContainText("still to come");
    const soon = new Date(Date.now() + 40 * 24 * 60 * 60 * 1000).toISOString().slice(0, 11);
    await field.fill(`${soon}09:00`);
    await snooze.getByRole("button", { name: "Snooze", exact: true }).click();
    await expect(olga.page.getByTestId("snoozed")).toBeVisible();
    await expect(omar.row(vera.name)).toBeVisible();
  });

  await test.step("the customer's message wakes it at once, for everybody", async () => {
    await vera.say("Is anybody there?");
    await expect(olga.row(vera.name)).toHaveAttribute("data-snoozed", "false");
    await expect(omar.row(vera.name)).toHaveCount(0);
    await expect(olga.page.getByTestId("snoozed")).toBeHidden();
    await expect(olga.log.getByText(`${vera.name} wrote: the snooze has ended`)).toBeVisible();
  });
});

test("tags are looked after by supervisors", async ({ operator }) => {
  const [sam, olga] = await Promise.all([operator("sam"), operator("olga")]);
  await sam.openInbox("/settings/tags");
  await expect(sam.page.getByRole("heading", { name: "Tags", level: 1 })).toBeVisible();
  const rows = sam.page.getByTestId("tag-row");
  const form = sam.page.getByRole("region", { name: "New tag" });

  await test.step("made, and there for operators at once", async () => {
    await form.getByRole("textbox", { name: "Name" }).fill("Gift");
    await form.getByRole("combobox", { name: "Colour" }).selectOption("Pink");
    await form.getByRole("button", { name: "Create tag" }).click();
    await expect(rows.filter({ hasText: "Gift" })).toHaveAttribute("data-live", "true");
    await expect(form.getByRole("textbox", { name: "Name" })).toHaveValue("");
    const filter = await openFilter(olga);
    await expect(filter.getByRole("group", { name: "Tag" }).getByRole("checkbox", { name: "Gift" })).toBeVisible();
    await olga.page.keyboard.press("Escape");
  });

  await test.step("a name is there once", async () => {
    await form.getByRole("textbox", { name: "Name" }).fill("gift");
    await form.getByRole("button", { name: "Create tag" }).click();
    await expect(form.getByRole("alert")).toContainText("There is a tag of this name already.");
  });

  await test.step("archived and restored", async () => {
    const gift = rows.filter({ hasText: "Gift" });
    await gift.getByRole("button", { name: "Archive" }).click();
    await expect(gift).toHaveAttribute("data-live", "false");
    const filter = await openFilter(olga);
    await expect(filter.getByRole("checkbox", { name: "Gift" })).toHaveCount(0);
    await gift.getByRole("button", { name: "Restore" }).click();
    await expect(gift).toHaveAttribute("data-live", "true");
  });

  await test.step("and by nobody else", async () => {
    await olga.page.goto("/settings/tags");
    await expect(olga.page.getByRole("alert")).toBeVisible();
    await expect(olga.page.getByTestId("tag-row")).toHaveCount(0);
  });
});
