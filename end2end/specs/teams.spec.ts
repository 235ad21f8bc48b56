import { expect, test } from "../fixtures";

test("a supervisor takes somebody into a team and out of it, and their list follows", async ({ operator, visitor }) => {
  const [sam, nina, vera] = await Promise.all([operator("sam"), operator("nina"), visitor("Vera")]);
  await vera.say("Hello");
  await expect(sam.row(vera.name)).toBeVisible();
  await expect(nina.row(vera.name)).toHaveCount(0);
  await sam.openInbox("/teams");
  const support = sam.team("Support");
  const row = sam.member("Support", nina.name);
  const loads = nina.loads;

  await test.step("in it, she sees what it has", async () => {
    await support.getByRole("button", { name: "Add member" }).click();
    await sam.page.getByRole("menu", { name: "Add to the team" }).getByRole("menuitem", { name: nina.name }).click();
    await expect(row).toBeVisible();
    await expect(nina.row(vera.name)).toBeVisible();
    await nina.open(vera.name);
    await expect(nina.message("Hello")).toBeVisible();
  });

  await test.step("out of it, she sees nothing of it any more", async () => {
    await row.getByRole("button", { name: "Remove" }).click();
    await expect(row).toHaveCount(0);
    await expect(support.getByRole("heading", { name: "Support" })).toBeFocused();
    await expect(nina.row(vera.name)).toHaveCount(0);
    await expect(nina.log.getByText("Hello")).toHaveCount(0);
    await expect(nina.page.getByRole("heading", { name: "This conversation cannot be shown" })).toBeVisible();
    await vera.say("Anybody there?");
    await expect(sam.team("Support").getByTestId("in-work")).toBeVisible();
    await expect(nina.page.getByText("Anybody there?")).toHaveCount(0);
  });

  await test.step("undone, she is back", async () => {
    await sam.button("Undo").click();
    await expect(row).toBeVisible();
    await expect(nina.row(vera.name)).toContainText("Anybody there?");
  });

  await row.getByRole("button", { name: "Remove" }).click();
  await expect(nina.row(vera.name)).toHaveCount(0);
  expect(nina.loads, "all of it without loading a page").toBe(loads);
});

test("an operator looks at the own teams, and changes nothing", async ({ operator }) => {
  const olga = await operator("olga");
  await olga.page.getByRole("link", { name: "Teams" }).click();
  await expect(olga.member("Support", "Omar Haddad")).toBeVisible();
  await expect(olga.team("Sales")).toHaveCount(0);
  for (const name of ["New team", "Add member", "Remove", "Rename", "Archive"]) {
    await expect(olga.button(name), name).toHaveCount(0);
  }
});

test("who is away and hands over keeps nobody waiting", async ({ operator, visitor }) => {
  const [sam, olga, omar] = await Promise.all([operator("sam"), operator("olga"), operator("omar")]);
  const vera = await visitor("Vera");
  await sam.openInbox("/teams");
  const row = sam.member("Support", olga.name);
  await expect(row).toHaveAttribute("data-here", "true");
  await expect(row).toHaveAttribute("data-availability", "online");

  await test.step("the supervisor sees how much she has", async () => {
    const before = Number(await row.getAttribute("data-active"));
    await vera.say("Hello");
    await olga.open(vera.name);
    await olga.reply("Hello Vera");
    await expect(row).toHaveAttribute("data-active", String(before + 1));
  });

  await test.step("she goes, and the customer's next message goes to the queue", async () => {
    await olga.choose("Away and hand over");
    await expect(olga.page.getByTestId("handing-over")).toBeVisible();
    await expect(row).toHaveAttribute("data-availability", "away");
    await expect(row).toContainText("Away, handing over");
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "active");
    await vera.say("Are you there?");
    await expect(omar.row(vera.name)).toHaveAttribute("data-status", "waiting");
    await expect(omar.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
    await expect(olga.owner).toHaveText("No owner");
    await expect(olga.message("Olga Ortiz is away: back to the queue")).toBeVisible();
  });

  await test.step("a colleague goes on, and she takes work again", async () => {
    await omar.open(vera.name);
    await omar.reply("Olga is out, I am here");
    await expect(vera.message("I am here")).toContainText(omar.name);
    await olga.button("Take work again").click();
    await expect(olga.page.getByTestId("handing-over")).toHaveCount(0);
    await expect(row).toHaveAttribute("data-availability", "online");
  });
});

test("who touches nothing for a while is away, and is back with the first key", async ({ operator }) => {
  const [sam, olga] = await Promise.all([operator("sam"), operator("olga")]);
  await sam.openInbox("/teams");
  const row = sam.member("Support", olga.name);
  await olga.page.clock.install();
  await olga.openInbox();
  await expect(row).toHaveAttribute("data-availability", "online");
  await olga.page.clock.fastForward("06:00");
  await expect(row).toHaveAttribute("data-availability", "away");
  await olga.page.keyboard.press("Shift");
  await expect(row).toHaveAttribute("data-availability", "online");
});

test("a conversation is handed on, moved to another team, and both are taken back", async ({ operator, visitor }) => {
  const [sam, olga, omar] = await Promise.all([operator("sam"), operator("olga"), operator("omar")]);
  const [nina, vera] = await Promise.all([operator("nina"), visitor("Vera")]);
  await vera.say("Hello");
  for (const someone of [olga, omar, sam]) await someone.open(vera.name);
  await olga.reply("Hello Vera");

  await test.step("its owner hands it on, by keys alone", async () => {
    await olga.composer.focus();
    await olga.page.keyboard.press("Escape");
    await olga.page.keyboard.press("a");
    const menu = olga.page.getByRole("menu", { name: "Assign to" });
    await expect(menu.getByRole("menuitemradio", { name: "Nina" }), "she could not see it").toHaveCount(0);
    await expect(menu.getByRole("menuitemradio", { name: "Sales" }), "that is not Olga's to do").toHaveCount(0);
    await expect(menu.getByRole("menuitemradio").first()).toBeFocused();
    await olga.page.keyboard.press("o");
    await expect(menu.getByRole("menuitemradio", { name: omar.name })).toBeFocused();
    await olga.page.keyboard.press("Enter");
    for (const someone of [olga, omar, sam]) await expect(someone.owner).toContainText(omar.name);
    await expect(omar.message("Olga Ortiz assigned this to Omar Haddad")).toBeVisible();
  });

  await test.step("and takes it back", async () => {
    await olga.button("Undo").click();
    for (const someone of [olga, omar, sam]) await expect(someone.owner).toContainText(olga.name);
  });

  await test.step("a supervisor moves it to another team's queue", async () => {
    await sam.assign("Sales");
    await expect(nina.row(vera.name)).toHaveAttribute("data-status", "waiting");
    await expect(olga.row(vera.name)).toHaveCount(0);
    await expect(sam.owner).toHaveText("No owner");
    await expect(sam.message("Sam Okoye moved this to Sales")).toBeVisible();
  });

  await test.step("and takes it back, to its owner", async () => {
    await sam.button("Undo").click();
    await expect(nina.row(vera.name)).toHaveCount(0);
    await expect(olga.row(vera.name)).toHaveAttribute("data-status", "active");
    await expect(sam.owner).toContainText(olga.name);
  });
});

test("a team is made, gets a channel, is archived and comes back", async ({ operator, visitor }) => {
  const [sam, omar] = await Promise.all([operator("sam"), operator("omar")]);
  await sam.openInbox("/teams");
  const dialog = sam.page.getByRole("dialog");
  const channel = sam.page.getByRole("combobox", { name: "Team of Kiln & Fern shop" });

  await test.step("its name is checked beside the field", async () => {
    await sam.button("New team").click();
    await dialog.getByRole("textbox", { name: "Name" }).fill("support");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(dialog.getByRole("alert")).toContainText("There is a team with this name");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Second level");
    await dialog.getByRole("button", { name: "Create" }).click();
    await expect(dialog).toBeHidden();
    await expect(sam.team("Second level")).toBeVisible();
    await expect(omar.queue("Second level")).toBeVisible();
  });

  await test.step("what begins on its channel is its own", async () => {
    await channel.selectOption("Second level");
    await expect(sam.team("Second level")).toContainText("Kiln & Fern shop");
    const vera = await visitor("Vera");
    await vera.say("Hello");
    await expect(sam.team("Second level").getByTestId("in-work")).toHaveAttribute("data-count", "1");
    await expect(omar.row(vera.name)).toHaveCount(0);
  });

  await test.step("archived, another takes over what it had", async () => {
    const inWork = sam.team("Support").getByTestId("in-work");
    const before = Number(await inWork.getAttribute("data-count"));
    await sam.team("Second level").getByRole("button", { name: "Archive" }).click();
    await expect(dialog).toContainText("new conversations of Kiln & Fern shop");
    await dialog.getByLabel("Who takes over").selectOption({ label: "No team: everybody sees them" });
    await dialog.getByRole("button", { name: "Archive", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText("Choose the team that takes over");
    await dialog.getByLabel("Who takes over").selectOption("Support");
    await dialog.getByRole("button", { name: "Archive", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(sam.team("Second level")).toHaveCount(0);
    await expect(omar.queue("Second level")).toHaveCount(0);
    await expect(inWork).toHaveAttribute("data-count", String(before + 1));
    await expect(channel).toHaveValue(/.+/);
    await expect(sam.team("Support")).toContainText("Kiln & Fern shop");
  });

  await test.step("it can be brought back", async () => {
    await sam.button("Restore Second level").click();
    await expect(sam.team("Second level")).toBeVisible();
    await expect(sam.button("Restore Second level")).toHaveCount(0);
  });
});
