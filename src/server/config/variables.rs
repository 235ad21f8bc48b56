//! The environment, which overrides the file.

use std::{fmt, str::FromStr};

use super::ConfigError;

#[expect(clippy::disallowed_methods, reason = "this is where the environment is read")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What the environment says instead of the file.
pub(super) struct Overrides<F> {
    pub(super) variable: F,
}

impl<F: Fn(&str) -> Option<String>> Overrides<F> {
    pub(super) fn value<T: FromStr<Err: fmt::Display>>(
        &self,
        name: &str,
        target: &mut T,
    ) -> Result<(), ConfigError> {
        if let Some(text) = (self.variable)(name) {
            *target = text.parse().map_err(|error| ConfigError(format!("{name}: {error}")))?;
        }
        Ok(())
    }

    pub(super) fn maybe<T: FromStr<Err: fmt::Display>>(
        &self,
        name: &str,
        target: &mut Option<T>,
    ) -> Result<(), ConfigError> {
        if let Some(text) = (self.variable)(name) {
            *target = Some(text.parse().map_err(|error| ConfigError(format!("{name}: {error}")))?);
        }
        Ok(())
    }

    pub(super) fn list<T: FromStr<Err: fmt::Display>>(
        &self,
        name: &str,
        target: &mut Vec<T>,
    ) -> Result<(), ConfigError> {
        if let Some(text) = (self.variable)(name) {
            *target = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().map_err(|error| ConfigError(format!("{name}: {error}"))))
                .collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}
