//! Dns: the ports where names are asked, UDP and TCP.
//! Invariant: the resolver's port recurses when asked to; a name server's port never does.
//! Not here: packets (see `wire::dns`), what is answered (see `world::dns`).
//! Used by: `running`.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, UdpSocket},
    task::JoinSet,
};

use super::shared::{AGAIN, Shared};
use crate::lab::wire::dns::AskedName;

/// How often another free port is tried where UDP's is taken on TCP.
const TRIES: usize = 16;
/// How long, in the world, a TCP client may be quiet (RFC 7766 asks for seconds).
const QUIET: Duration = Duration::from_secs(120);

/// Who answers on a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A resolver; without recursion desired it answers as the name servers do.
    Resolver,
    /// A name server of the zones.
    NameServer,
}

/// One port number, on both transports.
#[derive(Debug)]
pub(super) struct DnsPort {
    udp: UdpSocket,
    tcp: TcpListener,
}

impl DnsPort {
    /// Opens the port; 0 takes any that is free on both transports.
    pub(super) async fn open(address: SocketAddr) -> io::Result<DnsPort> {
        let mut tries = 0;
        loop {
            let udp = UdpSocket::bind(address).await?;
            match TcpListener::bind(udp.local_addr()?).await {
                Ok(tcp) => return Ok(DnsPort { udp, tcp }),
                Err(error) if address.port() != 0 || tries == TRIES => return Err(error),
                Err(_) => tries += 1,
            }
        }
    }

    /// Where it is.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        self.udp.local_addr()
    }

    /// Serves until dropped, and every connection with it.
    pub(super) async fn serve(self, role: Role, shared: Arc<Shared>) {
        tokio::join!(udp(self.udp, role, &shared), tcp(self.tcp, role, &shared));
    }
}

async fn udp(socket: UdpSocket, role: Role, shared: &Shared) {
    let mut packet = [0; 4096];
    loop {
        // An error here tells of an earlier answer that found no one.
        let Ok((length, client)) = socket.recv_from(&mut packet).await else { continue };
        if let Some(answer) = answer(&packet[..length], role, true, shared) {
            // A client that is gone needs no answer.
            let _ = socket.send_to(&answer, client).await;
        }
    }
}

async fn tcp(listener: TcpListener, role: Role, shared: &Arc<Shared>) {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    conversations.spawn(conversation(stream, role, Arc::clone(shared)));
                }
                // The machine is out of descriptors, most likely: clients that end give some back.
                Err(_) => shared.clock.sleep(AGAIN).await,
            },
            // However a client ends its connection, the port goes on.
            Some(_) = conversations.join_next() => {}
        }
    }
}

/// Each message behind its length in two bytes (RFC 1035, section 4.2.2).
async fn conversation(mut stream: TcpStream, role: Role, shared: Arc<Shared>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(length) = shared.clock.timeout(QUIET, stream.read_u16()).await {
        let mut packet = vec![0; usize::from(length?)];
        stream.read_exact(&mut packet).await?;
        let Some(answer) = answer(&packet, role, false, &shared) else { return Ok(()) };
        let mut framed = u16::try_from(answer.len()).map_err(io::Error::other)?.to_be_bytes().to_vec();
        framed.extend(answer);
        stream.write_all(&framed).await?;
    }
    Ok(())
}

fn answer(packet: &[u8], role: Role, udp: bool, shared: &Shared) -> Option<Vec<u8>> {
    let asked = AskedName::read(packet)?;
    let question = match &asked.question {
        Ok(question) => question,
        Err(code) => return asked.refuse(*code),
    };
    let recurse = role == Role::Resolver && question.recursive;
    let answer = shared.with(|world, now| match recurse {
        true => world.resolve(now, question),
        false => world.answer_for(now, question, asked.client()),
    });
    asked.answer(&answer, role == Role::Resolver, udp)
}
