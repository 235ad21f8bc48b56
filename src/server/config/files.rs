//! `[files]`: where the files that go with messages lie.

use std::{fmt, path::PathBuf};

use serde::Deserialize;

use super::{ConfigError, Overrides};

/// A folder of this machine, or a bucket of anything that speaks S3.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// `LIVE_OPERATOR_FILES_FOLDER`: made with the first file.
    pub folder: PathBuf,
    /// `LIVE_OPERATOR_S3_BUCKET`: if it is given, files lie there and not in the folder.
    pub s3_bucket: Option<String>,
    /// `LIVE_OPERATOR_S3_REGION`
    pub s3_region: String,
    /// `LIVE_OPERATOR_S3_ENDPOINT`: of a provider that is not Amazon.
    pub s3_endpoint: Option<String>,
    /// `LIVE_OPERATOR_S3_ACCESS_KEY`
    pub s3_access_key: Option<String>,
    /// `LIVE_OPERATOR_S3_SECRET_KEY`
    pub s3_secret_key: Option<String>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            folder: "data/files".into(),
            s3_bucket: None,
            s3_region: "us-east-1".into(),
            s3_endpoint: None,
            s3_access_key: None,
            s3_secret_key: None,
        }
    }
}

/// Tells nothing of the keys.
impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files")
            .field("folder", &self.folder)
            .field("s3_bucket", &self.s3_bucket)
            .finish_non_exhaustive()
    }
}

/// One line a setting, without the keys.
impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(bucket) = &self.s3_bucket else {
            return write!(f, "files.folder = {}", self.folder.display());
        };
        writeln!(f, "files.s3_bucket = {bucket}")?;
        if let Some(endpoint) = &self.s3_endpoint {
            writeln!(f, "files.s3_endpoint = {endpoint}")?;
        }
        write!(f, "files.s3_region = {}", self.s3_region)
    }
}

impl Files {
    /// Takes what the environment says instead.
    pub(super) fn read_environment<F: Fn(&str) -> Option<String>>(
        &mut self,
        set: &Overrides<F>,
    ) -> Result<(), ConfigError> {
        set.value("LIVE_OPERATOR_FILES_FOLDER", &mut self.folder)?;
        set.value("LIVE_OPERATOR_S3_REGION", &mut self.s3_region)?;
        for (name, target) in [
            ("LIVE_OPERATOR_S3_BUCKET", &mut self.s3_bucket),
            ("LIVE_OPERATOR_S3_ENDPOINT", &mut self.s3_endpoint),
            ("LIVE_OPERATOR_S3_ACCESS_KEY", &mut self.s3_access_key),
            ("LIVE_OPERATOR_S3_SECRET_KEY", &mut self.s3_secret_key),
        ] {
            if let Some(text) = (set.variable)(name) {
                *target = Some(text);
            }
        }
        Ok(())
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let Self { folder, s3_bucket, s3_region, s3_endpoint, s3_access_key, s3_secret_key } = self;
        let given = [
            ("s3_endpoint", s3_endpoint),
            ("s3_access_key", s3_access_key),
            ("s3_secret_key", s3_secret_key),
        ];
        let Some(bucket) = s3_bucket else {
            if folder.as_os_str().is_empty() {
                return Err(ConfigError("files.folder must name a folder".into()));
            }
            return match given.iter().find(|(_, value)| value.is_some()) {
                Some((key, _)) => {
                    Err(ConfigError(format!("files.{key} is of no use without files.s3_bucket")))
                }
                None => Ok(()),
            };
        };
        if bucket.is_empty() || bucket.contains(|c: char| !c.is_ascii_alphanumeric() && !"-._".contains(c)) {
            return Err(ConfigError(format!("files.s3_bucket must be a bucket's name, not {bucket:?}")));
        }
        for (key, value) in [("s3_access_key", s3_access_key), ("s3_secret_key", s3_secret_key)] {
            if value.as_ref().is_none_or(String::is_empty) {
                return Err(ConfigError(format!("files.s3_bucket needs files.{key}")));
            }
        }
        if s3_region.is_empty() {
            return Err(ConfigError("files.s3_region must name the bucket's region".into()));
        }
        match s3_endpoint {
            Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => Err(ConfigError(
                format!("files.s3_endpoint must be a URL such as https://s3.example.com, not {url:?}"),
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const BUCKET: &str =
        "[files]\ns3_bucket = \"chat\"\ns3_access_key = \"AKIA\"\ns3_endpoint = \"https://s3.example.com\"\n";

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Config::read(text, variable).map_err(|error| error.to_string())
    }

    #[test]
    fn files_lie_in_a_folder_unless_a_bucket_is_named() {
        let config = read("", &[("LIVE_OPERATOR_FILES_FOLDER", "/srv/files")]).expect("valid");
        assert!(config.files.s3_bucket.is_none());
        assert!(config.to_string().contains("files.folder = /srv/files"), "{config}");
        let config = read(BUCKET, &[("LIVE_OPERATOR_S3_SECRET_KEY", "hunter2")]).expect("valid");
        assert_eq!(config.files.s3_bucket.as_deref(), Some("chat"));
        assert_eq!(config.files.s3_region, "us-east-1");
        let shown = format!("{config} {config:?}");
        assert!(shown.contains("files.s3_endpoint = https://s3.example.com"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("AKIA"), "{shown}");
    }

    #[test]
    fn half_a_bucket_is_refused() {
        for (text, variables, names) in [
            (BUCKET, &[][..], "files.s3_secret_key"),
            (BUCKET, &[("LIVE_OPERATOR_S3_SECRET_KEY", "")], "files.s3_secret_key"),
            (
                BUCKET,
                &[("LIVE_OPERATOR_S3_SECRET_KEY", "x"), ("LIVE_OPERATOR_S3_ENDPOINT", "s3.example.com")],
                "files.s3_endpoint",
            ),
            (
                BUCKET,
                &[("LIVE_OPERATOR_S3_SECRET_KEY", "x"), ("LIVE_OPERATOR_S3_BUCKET", "a/b")],
                "files.s3_bucket",
            ),
            (
                BUCKET,
                &[("LIVE_OPERATOR_S3_SECRET_KEY", "x"), ("LIVE_OPERATOR_S3_REGION", "")],
                "files.s3_region",
            ),
            ("", &[("LIVE_OPERATOR_S3_ACCESS_KEY", "x")], "files.s3_access_key"),
            ("[files]\nfolder = \"\"", &[], "files.folder"),
            ("[files]\nbucket = \"x\"", &[], "bucket"),
        ] {
            let error = read(text, variables).expect_err(text);
            assert!(error.contains(names), "{error}");
        }
    }
}
