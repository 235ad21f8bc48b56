//! How a form's fields are described. One description drives the form, its checks and the JSON that is kept.

/// Fields that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub title: &'static str,
    /// When it is needed; may be empty.
    pub help: &'static str,
    /// The object of the JSON that its fields stand in; none: at the top.
    pub object: Option<&'static str>,
    /// Left out whole if none of its texts is given. Such a section has an object of its own.
    pub optional: bool,
    pub fields: &'static [Field],
}

impl Section {
    /// By which a field is known in forms and errors: unique in all that one provider asks for.
    #[must_use]
    pub fn key(&self, field: &Field) -> String {
        match self.object {
            Some(object) => format!("{object}_{}", field.name),
            None => field.name.to_owned(),
        }
    }
}

/// One thing that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// In the JSON.
    pub name: &'static str,
    /// In the provider's own words.
    pub label: &'static str,
    /// Where to find it and what it is for; may be empty.
    pub help: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// Written and never shown again.
    pub secret: bool,
    /// What a new form holds.
    pub preset: &'static str,
}

/// What is written into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Line,
    /// Several lines that stay one text.
    Lines,
    /// Several texts, one a line.
    List,
    /// A whole number from 0 up.
    Number {
        most: u32,
    },
    /// One of these: its word in the JSON, and how people call it.
    Choice(&'static [(&'static str, &'static str)]),
}

impl FieldKind {
    /// Whether something stands in it only because somebody wrote it.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Line | Self::Lines | Self::List)
    }
}

impl Field {
    /// A line that may stay empty.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { name, label, help, kind: FieldKind::Line, required: false, secret: false, preset: "" }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub const fn secret(self) -> Self {
        Self { secret: true, ..self }
    }

    #[must_use]
    pub const fn of(self, kind: FieldKind) -> Self {
        Self { kind, ..self }
    }

    #[must_use]
    pub const fn preset(self, preset: &'static str) -> Self {
        Self { preset, ..self }
    }
}
