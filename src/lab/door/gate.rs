//! Gate: a listening port that can leave SYNs unanswered, as a security group does.
//! Invariant: the port stays the gate's own while it is open or drops.
//! Not here: when to drop (the world says).
//! Used by: `site`.
//!
//! On Linux a SYN is dropped in earnest. A port whose queue of accepted connections is full answers no SYN, so the
//! gate calls `listen` once more on the same socket with a queue of one place, and takes that place itself. A client then
//! sees just what a security group shows it: nothing, until its own connect timeout. Elsewhere the connection is
//! accepted and no byte ever comes: a client with only a connect timeout would call that reachable.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::{clock::Clock, lab::world::site::Reach};

/// How many connections may wait to be accepted.
const QUEUE: u32 = 1024;
/// How long, on the machine, taking the last place may last; on loopback it takes microseconds.
const PLUG: Duration = Duration::from_millis(50);

/// A port of loopback.
#[derive(Debug)]
pub(super) struct Gate {
    address: SocketAddr,
    state: State,
}

#[derive(Debug)]
enum State {
    Open(TcpListener),
    /// The listener with its full queue, and the connection that fills it.
    Dropping(TcpListener, Option<TcpStream>),
    Closed,
}

impl Gate {
    /// Opens a gate; port 0 takes any free one.
    pub(super) fn open(address: SocketAddr) -> io::Result<Gate> {
        let listener = listen(address)?;
        Ok(Gate { address: listener.local_addr()?, state: State::Open(listener) })
    }

    /// Where it is.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes the port behave as the world says.
    pub(super) async fn set(&mut self, reach: Reach, clock: &Clock) -> io::Result<()> {
        match (std::mem::replace(&mut self.state, State::Closed), reach) {
            (State::Open(listener), Reach::Dropped) => {
                self.state = State::Dropping(resized(listener, 0)?, None);
                let plug = clock.timeout(PLUG.mul_f64(clock.speed()), TcpStream::connect(self.address)).await;
                // Without an answer the place is taken already, by a client that came a moment before.
                if let State::Dropping(_, place) = &mut self.state {
                    *place = plug.transpose()?;
                }
            }
            (State::Dropping(listener, plug), Reach::Open) => {
                drop(plug);
                self.state = State::Open(resized(listener, QUEUE)?);
            }
            (State::Closed, Reach::Open) => self.state = State::Open(listen(self.address)?),
            (State::Closed, Reach::Dropped) => {
                self.state = State::Open(listen(self.address)?);
                Box::pin(self.set(Reach::Dropped, clock)).await?;
            }
            (_, Reach::Refused) => {}
            (same, _) => self.state = same,
        }
        Ok(())
    }

    /// The next connection; waits for ever while the gate is not open.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        match &self.state {
            State::Open(listener) => listener.accept().await.map(|(stream, _)| stream),
            #[cfg(target_os = "linux")]
            State::Dropping(..) => std::future::pending().await,
            #[cfg(not(target_os = "linux"))]
            State::Dropping(listener, _) => loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(async move {
                    let _held = stream;
                    std::future::pending::<()>().await
                });
            },
            State::Closed => std::future::pending().await,
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}

/// The same socket with another length of its queue: on Linux `listen` on a listening socket changes just that.
#[cfg(target_os = "linux")]
fn resized(listener: TcpListener, queue: u32) -> io::Result<TcpListener> {
    let descriptor = std::os::fd::OwnedFd::from(listener.into_std()?);
    TcpSocket::from_std_stream(std::net::TcpStream::from(descriptor)).listen(queue)
}

/// Nothing to do where a full queue does not drop SYNs.
#[cfg(not(target_os = "linux"))]
fn resized(listener: TcpListener, _queue: u32) -> io::Result<TcpListener> {
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    async fn connects(address: SocketAddr, clock: &Clock) -> bool {
        clock
            .timeout(Duration::from_millis(300), TcpStream::connect(address))
            .await
            .is_some_and(|r| r.is_ok())
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_dropping_gate_answers_no_syn_and_an_open_one_does_again() {
        let clock = Clock::real_time();
        let mut gate = Gate::open((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        for _ in 0..3 {
            assert!(connects(gate.address(), &clock).await);
            gate.accept().await.unwrap();
            gate.set(Reach::Dropped, &clock).await.unwrap();
            assert!(!connects(gate.address(), &clock).await);
            gate.set(Reach::Open, &clock).await.unwrap();
            gate.accept().await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_refusing_gate_resets_and_keeps_its_port() {
        let clock = Clock::real_time();
        let mut gate = Gate::open((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        gate.set(Reach::Refused, &clock).await.unwrap();
        assert_eq!(
            TcpStream::connect(gate.address()).await.unwrap_err().kind(),
            io::ErrorKind::ConnectionRefused
        );
        gate.set(Reach::Open, &clock).await.unwrap();
        assert!(connects(gate.address(), &clock).await);
    }
}
