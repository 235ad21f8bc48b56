import { expect, test } from "../fixtures";

test("of two who claim at once exactly one owns, and the other is told who", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Hello");
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
  await both;
  const told = /(Olga Ortiz|Omar Haddad) already owns this/;
  await expect
    .poll(async () => (await olga.page.getByText(told).count()) + (await omar.page.getByText(told).count()))
    .toBe(1);
  const loser = (await olga.page.getByText(told).count()) === 1 ? olga : omar;
  const winner = loser === olga ? omar : olga;
  await expect(loser.page.getByText(told)).toContainText(winner.name);
  for (const someone of [olga, omar]) {
    await expect(someone.owner).toContainText(winner.name);
    await expect(someone.status).toHaveAttribute("data-status", "active");
    await expect(someone.button("Claim")).toHaveCount(0);
  }
});

test("a look and a note claim nothing", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  await olga.note("Somebody of Sales should answer this");
  await omar.open(vera.name);
  await expect(omar.message("Somebody of Sales")).toHaveAttribute("data-note", "true");
  for (const someone of [olga, omar]) {
    await expect(someone.status).toHaveAttribute("data-status", "waiting");
    await expect(someone.owner).toHaveText("No owner");
    await expect(someone.row(vera.name)).toHaveAttribute("data-needs-answer", "true");
  }
});

test("release gives it back to the queue", async ({ operator, visitor }) => {
  const [olga, omar, vera] = await Promise.all([operator("olga"), operator("omar"), visitor("Vera")]);
  await vera.say("Hello");
  await olga.open(vera.name);
  await omar.open(vera.name);
  await olga.button("Claim").click();
  await expect(omar.owner).toContainText(olga.name);
  await olga.button("Release").click();
  for (const someone of [olga, omar]) {
    await expect(someone.status).toHaveAttribute("data-status", "waiting");
    await expect(someone.owner).toHaveText("No owner");
    await expect(someone.button("Claim")).toBeVisible();
  }
});

test("a supervisor gives a colleague's conversation to another", async ({ operator, visitor }) => {
  const [olga, omar, sam] = await Promise.all([operator("olga"), operator("omar"), operator("sam")]);
  const vera = await visitor("Vera");
  await vera.say("Hello");
  for (const someone of [olga, omar, sam]) await someone.open(vera.name);
  await olga.reply("Hello Vera");
  await expect(omar.owner).toContainText(olga.name);
  await expect(omar.button("Resolve"), "what a colleague owns is not Omar's to resolve").toHaveCount(0);
  await sam.button("Assign").click();
  await sam.page.getByRole("menu", { name: "Assign to" }).getByRole("menuitemradio", { name: omar.name }).click();
  for (const someone of [olga, omar, sam]) {
    await expect(someone.owner).toContainText(omar.name);
    await expect(someone.status).toHaveAttribute("data-status", "active");
  }
  await omar.button("Resolve").click();
  await expect(olga.status).toHaveAttribute("data-status", "resolved");
});

test("another team's conversations are out of sight", async ({ operator, visitor }) => {
  const [olga, nina, vera] = await Promise.all([operator("olga"), operator("nina"), visitor("Vera")]);
  await vera.say("Hello");
  await expect(olga.row(vera.name)).toBeVisible();
  await olga.open(vera.name);
  await expect(nina.row(vera.name)).toHaveCount(0);
  await nina.page.goto(new URL(olga.page.url()).pathname);
  await expect(nina.log.getByText("Hello")).toHaveCount(0);
  await expect(nina.rows.first()).toBeVisible();
});
