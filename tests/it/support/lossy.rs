//! Lossy: a proxy that lets every request through and loses one answer.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A proxy on loopback.
#[derive(Debug)]
pub(crate) struct Lossy {
    /// Where it listens.
    pub(crate) endpoint: String,
    /// How many requests held the words.
    pub(crate) met: Arc<AtomicUsize>,
}

impl Lossy {
    /// Forwards to `upstream`; the answer to the first request that holds `words` is lost after it was given.
    pub(crate) async fn start(upstream: SocketAddr, words: &'static str) -> Lossy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it listens"));
        let met = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&met);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, upstream, words, Arc::clone(&counter)));
            }
        });
        Lossy { endpoint, met }
    }
}

/// Carries requests and answers of one connection until either side closes it or an answer is to be lost.
async fn carry(mut client: TcpStream, upstream: SocketAddr, words: &'static str, met: Arc<AtomicUsize>) {
    let Ok(mut server) = TcpStream::connect(upstream).await else { return };
    while let Some(request) = message(&mut client).await {
        let lost =
            String::from_utf8_lossy(&request).contains(words) && met.fetch_add(1, Ordering::SeqCst) == 0;
        if server.write_all(&request).await.is_err() {
            return;
        }
        let Some(answer) = message(&mut server).await else { return };
        if lost || client.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// One HTTP/1.1 message whose length is told by its header.
async fn message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if from.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(Some(0), |value| value.trim().parse().ok())?;
    while bytes.len() < head + length {
        if from.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(bytes)
}
