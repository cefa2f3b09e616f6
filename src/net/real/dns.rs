//! DNS: one question to one server over the wire.
//! Invariant: a reply counts only if it has our id and our question; anything else is left unread.
//! Not here: repeating, choosing a server, following aliases (see `lookup`).
//! Used by: `net::real::lookup`.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use hickory_proto::{
    op::{Message, MessageType, OpCode, Query},
    rr::{Name, RecordType},
};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};

use crate::net::Failure;

/// A question ready to be sent, with an id that cannot be guessed.
pub(super) struct Packet {
    message: Message,
    bytes: Vec<u8>,
}

impl Packet {
    /// Asks for the records of one kind that `name` has.
    pub(super) fn new(name: &Name, kind: RecordType, recursive: bool) -> Result<Packet, Failure> {
        let mut id = [0; 2];
        SystemRandom::new().fill(&mut id).map_err(|_| Failure::Ours("no random numbers".into()))?;
        let mut message = Message::new(u16::from_be_bytes(id), MessageType::Query, OpCode::Query);
        message.metadata.recursion_desired = recursive;
        message.add_query(Query::query(name.clone(), kind));
        let bytes = message.to_vec().map_err(|error| Failure::Ours(error.to_string()))?;
        Ok(Packet { message, bytes })
    }

    fn is_answered_by(&self, reply: &Message) -> bool {
        reply.metadata.id == self.message.metadata.id
            && reply.metadata.message_type == MessageType::Response
            && reply.queries == self.message.queries
    }
}

/// Sends the question from a new socket and waits for its reply, without end: the caller bounds it.
pub(super) async fn over_udp(server: SocketAddr, packet: &Packet) -> Result<Message, Failure> {
    let any: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(server).await?;
    socket.send(&packet.bytes).await?;
    let mut buffer = [0; 4096];
    loop {
        let length = socket.recv(&mut buffer).await?;
        // Not parsable, another id, another question: not ours, or forged. The true reply may still come.
        if let Ok(reply) = Message::from_vec(&buffer[..length])
            && packet.is_answered_by(&reply)
        {
            return Ok(reply);
        }
    }
}

/// The same over TCP, where a reply of any length fits.
pub(super) async fn over_tcp(server: SocketAddr, packet: &Packet) -> Result<Message, Failure> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let length =
        u16::try_from(packet.bytes.len()).map_err(|_| Failure::Ours("the question is too long".into()))?;
    let framed = [&length.to_be_bytes(), packet.bytes.as_slice()].concat();
    stream.write_all(&framed).await?;
    let mut reply = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut reply).await?;
    match Message::from_vec(&reply) {
        Ok(reply) if packet.is_answered_by(&reply) => Ok(reply),
        Ok(_) => Err(Failure::Malformed("a reply to another question".into())),
        Err(error) => Err(Failure::Malformed(error.to_string())),
    }
}
