//! Where files lie: a folder of this machine, or a bucket of anything that speaks S3.

use std::{path::Path, sync::Arc, time::Duration};

use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::AmazonS3Builder,
    client::{HttpClient, HttpConnector},
    local::LocalFileSystem,
};

use super::{FilesError, config};

/// A request to a bucket is tried again so often, and so long.
const RETRIES: usize = 3;
const RETRY_FOR: Duration = Duration::from_secs(20);

/// Opens the place that the configuration names. A folder is made if there is none.
pub async fn open(
    settings: &config::Files,
    client: &reqwest::Client,
) -> Result<Arc<dyn ObjectStore>, FilesError> {
    match &settings.s3_bucket {
        Some(name) => bucket(settings, name, client),
        None => folder(&settings.folder).await,
    }
}

async fn folder(path: &Path) -> Result<Arc<dyn ObjectStore>, FilesError> {
    tokio::fs::create_dir_all(path).await.map_err(|error| FilesError::of(&error))?;
    let folder = LocalFileSystem::new_with_prefix(path).map_err(|error| FilesError::of(&error))?;
    // What is acknowledged is on the disk.
    Ok(Arc::new(folder.with_fsync(true)))
}

fn bucket(
    settings: &config::Files,
    name: &str,
    client: &reqwest::Client,
) -> Result<Arc<dyn ObjectStore>, FilesError> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(name)
        .with_region(&settings.s3_region)
        .with_http_connector(OurClient(client.clone()))
        // Not all that speaks S3 can delete several at once.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_FOR, ..RetryConfig::default() });
    if let Some(endpoint) = &settings.s3_endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(key) = &settings.s3_access_key {
        builder = builder.with_access_key_id(key);
    }
    if let Some(key) = &settings.s3_secret_key {
        builder = builder.with_secret_access_key(key);
    }
    Ok(Arc::new(builder.build().map_err(|error| FilesError::of(&error))?))
}

/// Gives the store the client that everything else here speaks with, and so the same TLS.
#[derive(Debug)]
struct OurClient(reqwest::Client);

impl HttpConnector for OurClient {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}
