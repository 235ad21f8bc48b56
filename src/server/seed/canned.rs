//! What the demo's people write often.

use super::{SALES, SUPPORT, SeedError, Seeder, demo_id};
use crate::{
    domain::{Canned, CannedScope, Time},
    server::store::canned,
};

/// Who can use a response of the demo.
#[derive(Clone, Copy)]
enum Whose {
    Everyones,
    /// By number.
    Teams(u16),
    Operators(u16),
}

struct Response {
    whose: Whose,
    shortcut: &'static str,
    title: &'static str,
    text: &'static str,
    /// Who has sent it how often.
    uses: &'static [(u16, i64)],
}

const OLGA: u16 = 13;
const OMAR: u16 = 14;

const RESPONSES: &[Response] = &[
    Response {
        whose: Whose::Everyones,
        shortcut: "hello",
        title: "Greeting",
        text: "Hello {{customer.first_name | default(\"there\")}},\n\nthank you for writing to Kiln & Fern. I am \
               {{operator.first_name}}, and I look into it now.",
        uses: &[(OLGA, 14), (OMAR, 9)],
    },
    Response {
        whose: Whose::Everyones,
        shortcut: "bye",
        title: "Anything else?",
        text: "Is there anything else that I can do for you, {{customer.first_name | default(\"dear customer\")}}? If not, \
               I wish you a good day.\n\n{{operator.name}}",
        uses: &[(OLGA, 6), (OMAR, 11)],
    },
    Response {
        whose: Whose::Everyones,
        shortcut: "hours",
        title: "Opening hours",
        text: "The workshop by the canal is open Tuesday to Saturday from ten to six.",
        uses: &[(OMAR, 4)],
    },
    Response {
        whose: Whose::Teams(SUPPORT),
        shortcut: "broken",
        title: "Something arrived broken",
        text: "I am sorry, {{customer.first_name | default(\"that should not happen\")}}. A photo of the damage is \
               enough; a new one leaves on the next working day.",
        uses: &[(OLGA, 8), (OMAR, 2)],
    },
    Response {
        whose: Whose::Teams(SUPPORT),
        shortcut: "refund",
        title: "When the money comes back",
        text: "Your refund is on its way: it takes up to 3 days from the parcel’s return, the way that you paid.",
        uses: &[(OLGA, 5)],
    },
    Response {
        whose: Whose::Teams(SUPPORT),
        shortcut: "callback",
        title: "We call back",
        text: "We call you today on {{customer.phone}}. If another number is better, just tell us.",
        uses: &[(OMAR, 1)],
    },
    Response {
        whose: Whose::Teams(SUPPORT),
        shortcut: "case",
        title: "Number of the case",
        text: "Should you write again from elsewhere, name this: {{conversation.id}}. Then we find everything at once.",
        uses: &[],
    },
    Response {
        whose: Whose::Teams(SALES),
        shortcut: "quote",
        title: "An offer by mail",
        text: "I send the offer to {{customer.email}} within the hour.\n\n{{operator.name}}, {{channel.name}}",
        uses: &[],
    },
    Response {
        whose: Whose::Operators(OLGA),
        shortcut: "glaze",
        title: "How the glaze is made",
        text: "Each glaze is mixed by hand from ash, feldspar and iron, so no two pots are quite the same. That is not a \
               fault, it is how one knows them apart.",
        uses: &[(OLGA, 3)],
    },
];

impl Seeder<'_> {
    pub(super) async fn canned(&mut self) -> Result<(), SeedError> {
        let made = self.now.plus(-60 * Time::DAY);
        for (response, number) in RESPONSES.iter().zip(301..) {
            let scope = match response.whose {
                Whose::Everyones => CannedScope::Everyone,
                Whose::Teams(team) => CannedScope::Team(demo_id(team)),
                Whose::Operators(operator) => CannedScope::Personal(demo_id(operator)),
            };
            let canned = Canned {
                id: demo_id(number),
                scope,
                shortcut: response.shortcut.to_owned(),
                title: response.title.to_owned(),
                text: response.text.to_owned(),
                created_at: made,
                updated_at: made,
            };
            canned::insert(self.tx, &canned).await?;
            for (operator, times) in response.uses {
                for _ in 0..*times {
                    canned::add_use(self.tx, canned.id, demo_id(*operator)).await?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CannedForm;

    #[test]
    fn what_the_demo_brings_could_be_saved() {
        for response in RESPONSES {
            let form = CannedForm {
                shortcut: response.shortcut.to_owned(),
                title: response.title.to_owned(),
                text: response.text.to_owned(),
                scope: CannedScope::EVERYONE.to_owned(),
            };
            let checked = form.checked(demo_id(OLGA)).expect(response.shortcut);
            assert_eq!(
                (checked.shortcut.as_str(), checked.text.as_str()),
                (response.shortcut, response.text)
            );
        }
    }
}
