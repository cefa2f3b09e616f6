//! Pages: reading a list to its end.
//! Invariant: a service that hands out the same marker twice, or never stops, ends in an error, not in a loop.
//! Not here: what a page holds.
//! Used by: every list operation of this floor.

use std::future::Future;

use super::error::AwsError;

/// More pages than any deployment has: beyond it the service is repeating itself.
const MOST: usize = 1_000;

/// One page: its items and the marker of the next.
pub(super) type Page<T, M> = Result<(Vec<T>, Option<M>), AwsError>;

/// All items of all pages; `next` is given the marker to start from.
pub(super) async fn all<T, M, F>(
    operation: &'static str,
    mut next: impl FnMut(Option<M>) -> F,
) -> Result<Vec<T>, AwsError>
where
    M: Clone + PartialEq,
    F: Future<Output = Page<T, M>>,
{
    let mut items = Vec::new();
    let mut marker: Option<M> = None;
    for _ in 0..MOST {
        let (page, after) = next(marker.clone()).await?;
        items.extend(page);
        if after.is_none() {
            return Ok(items);
        }
        if after == marker {
            return Err(AwsError::incomplete(operation, "the service handed out the same page marker twice"));
        }
        marker = after;
    }
    Err(AwsError::incomplete(operation, format!("the list did not end after {MOST} pages")))
}

/// A marker that says something: some services send an empty one at the end.
pub(super) fn marker(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_page_is_read() {
        let items = all("test:List", async |from: Option<u8>| match from {
            None => Ok((vec![1, 2], Some(1))),
            Some(1) => Ok((vec![], Some(2))),
            Some(_) => Ok((vec![3], None)),
        })
        .await;
        assert_eq!(items.unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_marker_that_repeats_is_an_error() {
        let items: Result<Vec<u8>, _> = all("test:List", async |_: Option<u8>| Ok((vec![1], Some(7)))).await;
        assert!(items.unwrap_err().message.contains("same page marker"));
    }
}
