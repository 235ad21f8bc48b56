//! What the demo's helper answers from.

/// Questions with their answers.
pub const ENTRIES: &[(&str, &str)] = &[
    (
        "Hello, hi, good morning, good evening",
        "Hello, I am Fern, the AI helper of Kiln & Fern. Ask me about pots, plants, delivery and returns.",
    ),
    ("Thank you very much, thanks, great, perfect", "You are welcome. Ask again whenever you like."),
    (
        "Are you a robot, an AI or a real person?",
        "I am an AI, and answer from what the workshop has written down. For all else there is “Talk to a person”.",
    ),
    (
        "How long does delivery take? When does my order arrive?",
        "Orders before noon leave the same day and arrive in 2 to 4 working days.",
    ),
    ("How much is delivery? What does shipping cost, is it free?", "€5.90, and nothing from €60."),
    (
        "Do you ship abroad, to other countries?",
        "To all of the EU, the United Kingdom and Switzerland. Plants travel within the EU only.",
    ),
    (
        "Where is my parcel? How do I track my order?",
        "The mail that we sent when it left has a tracking link. If that has not moved for three days, we look for it.",
    ),
    (
        "Can I collect my order, or pick it up at the workshop?",
        "Yes: choose “Collect” in the basket. We write as soon as it is packed, mostly the same afternoon.",
    ),
    (
        "What are your opening hours? When are you open?",
        "The workshop by the canal is open Tuesday to Saturday from ten to six, and closed on Sunday and Monday.",
    ),
    (
        "Can I return a pot or a plant, or send something back?",
        "Send anything back in its box within 30 days. Plants too, as long as they live.",
    ),
    (
        "When do I get my money back? How long does a refund take?",
        "Within 3 days of the parcel's return, the way that you paid.",
    ),
    (
        "Something arrived broken, damaged or with a crack",
        "I am sorry. A photo of the damage is enough, here in the chat or by mail. A new one leaves on the next working day.",
    ),
    (
        "Can I change or cancel my order?",
        "Until noon of the day that it leaves: reply to the mail about your order.",
    ),
    (
        "Which pot fits my plant? What size do I need?",
        "Take the width of the pot that it came in and add two to four centimetres.",
    ),
    (
        "Can the pots stay outside in winter? Do they stand frost?",
        "Down to −10 °C, if they stand dry. Tip the saucer out before a frost.",
    ),
    (
        "Do the pots have drainage holes, and a saucer?",
        "Each has a hole and comes with its saucer. The Swallow has the saucer built in.",
    ),
    (
        "Can the stoneware go into the dishwasher?",
        "It can, on the lower rack. Only the pieces with a gold rim should be washed by hand.",
    ),
    (
        "How often do I water a fern?",
        "Mostly twice a week, when the top of the soil feels dry. Ferns never want to dry out, nor to stand in water.",
    ),
    (
        "How often do I water a snake plant or a rubber fig?",
        "Every two to three weeks, and less in winter. They forgive a month of holiday.",
    ),
    (
        "How much light do the plants need?",
        "Bright, without the midday sun, suits all that we grow. The snake plant takes a dark corner too.",
    ),
    (
        "Why do the leaves turn yellow or brown?",
        "Yellow is mostly too much water, brown tips are dry air. Let the soil dry, and keep the plant away from the heating.",
    ),
    (
        "When should I repot, and in which soil?",
        "In spring, once roots come out of the hole. Potting soil without peat does for everything that we grow.",
    ),
    (
        "Are the plants safe for cats and dogs?",
        "The ferns and the pancake plant are. The rubber fig and the snake plant are not: keep them out of reach.",
    ),
    (
        "Do you have gift cards or vouchers?",
        "From €20 to €200, by mail at once or printed in a parcel. They are good for three years.",
    ),
    (
        "Can you wrap it as a gift?",
        "Yes, for €3: tick “Gift” in the basket and write the card there. No price goes into the parcel.",
    ),
    (
        "How can I pay?",
        "By card, by PayPal, or by invoice within the EU. Nothing is charged before the parcel leaves.",
    ),
    ("How do I get an invoice?", "It is in your account, below the order, as soon as the parcel has left."),
    (
        "My discount code does not work",
        "Write it into the field “Code” in the basket, in capitals. Only one code counts for an order, and none on gift cards.",
    ),
    (
        "When is something back in stock?",
        "The page of each pot says when it is back. The Lock Keeper comes out of the kiln in two weeks.",
    ),
];
