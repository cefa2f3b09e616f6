//! Listen: accepting connections until dropped.
//! Invariant: a connection's end, however it comes, does not end the port; dropping the port ends its connections.
//! Not here: ports that a security group can close (see `gate`).
//! Used by: `aws`, `control`.

use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use super::shared::AGAIN;
use crate::clock::Clock;

/// Serves every connection with what `connection` makes of it.
pub(super) async fn serve<F>(listener: TcpListener, clock: &Clock, connection: impl Fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream));
                }
                // The machine is out of descriptors, most likely: clients that end give some back.
                Err(_) => clock.sleep(AGAIN).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
