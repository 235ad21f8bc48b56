//! `[bots]`: how patient we are with language models.

use std::fmt;

use serde::Deserialize;

use super::{ConfigError, Overrides};

/// A whole answer may take no longer: more patience would be of no use.
const LONGEST_ANSWER_SECONDS: u32 = 45;

/// What holds for all bots.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bots {
    /// `LIVE_OPERATOR_MODEL_SILENCE_SECONDS`: the longest that a language model may say nothing, before its answer and in
    /// the middle of it; then people take over.
    pub model_silence_seconds: u32,
}

impl Default for Bots {
    fn default() -> Self {
        Self { model_silence_seconds: 20 }
    }
}

impl Bots {
    /// Takes what the environment says instead.
    pub(super) fn read_environment<F: Fn(&str) -> Option<String>>(
        &mut self,
        set: &Overrides<F>,
    ) -> Result<(), ConfigError> {
        set.value("LIVE_OPERATOR_MODEL_SILENCE_SECONDS", &mut self.model_silence_seconds)
    }

    pub(super) fn validate(self) -> Result<(), ConfigError> {
        if (1..=LONGEST_ANSWER_SECONDS).contains(&self.model_silence_seconds) {
            return Ok(());
        }
        Err(ConfigError(format!("bots.model_silence_seconds must be from 1 to {LONGEST_ANSWER_SECONDS}")))
    }
}

/// One line.
impl fmt::Display for Bots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bots.model_silence_seconds = {}", self.model_silence_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    #[test]
    fn patience_is_from_a_second_to_a_whole_answer() {
        let read = |file: &str, variable: Option<&str>| {
            let variable = variable.map(str::to_owned);
            Config::read(file, |name| {
                variable.clone().filter(|_| name == "LIVE_OPERATOR_MODEL_SILENCE_SECONDS")
            })
        };
        for (file, variable, want) in [
            ("", None, Some("20")),
            ("[bots]\nmodel_silence_seconds = 1", None, Some("1")),
            ("[bots]\nmodel_silence_seconds = 1", Some("45"), Some("45")),
            ("[bots]\nmodel_silence_seconds = 46", None, None),
            ("", Some("0"), None),
            ("", Some("soon"), None),
        ] {
            let shown = read(file, variable).map(|config| config.bots.to_string()).ok();
            let want = want.map(|seconds| format!("bots.model_silence_seconds = {seconds}"));
            assert_eq!(shown, want, "{file:?} {variable:?}");
        }
    }
}
