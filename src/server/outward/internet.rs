//! What is on the internet: addresses that lead to the same machine from everywhere.

use std::{
    error::Error,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

/// A block of addresses: those that begin with as many bits of its first.
type Block<A> = (A, u32);

/// What IANA's registry of special-purpose addresses (RFC 6890) does not call globally reachable, and what is not for
/// one machine.
const SPECIAL_V4: [Block<Ipv4Addr>; 15] = [
    // This network.
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    // Private.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by a provider's customers.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // This machine.
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // This link, with the metadata of clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Private.
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Assigned to protocols.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // Relays to IPv6 that are no more.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Private.
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Documentation.
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Groups.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and everybody on this link.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All global addresses of IPv6 that are assigned begin so. IPv4 mapped or translated into IPv6 does not, nor do local
/// addresses of any kind and groups.
const GLOBAL_V6: Block<Ipv6Addr> = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What of these is not global all the same.
const SPECIAL_V6: [Block<Ipv6Addr>; 4] = [
    // Assigned to protocols: tunnels, benchmarks, names that look like addresses.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // IPv4 in IPv6.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // Documentation.
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is on the internet.
pub fn is_on_internet(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|block| holds_v4(*block, address)),
        IpAddr::V6(address) => {
            holds_v6(GLOBAL_V6, address) && !SPECIAL_V6.iter().any(|block| holds_v6(*block, address))
        }
    }
}

const fn holds_v4((first, bits): Block<Ipv4Addr>, address: Ipv4Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (Ipv4Addr::BITS - bits) == 0
}

const fn holds_v6((first, bits): Block<Ipv6Addr>, address: Ipv6Addr) -> bool {
    (first.to_bits() ^ address.to_bits()) >> (Ipv6Addr::BITS - bits) == 0
}

/// A name that leads to addresses, but to none on the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("none of its addresses is on the internet")]
pub struct NotOnInternet;

/// Looks names up as the system does, and leaves out what is not on the internet. What comes out is what is connected
/// to: nobody looks the name up again.
pub struct OnInternet;

impl Resolve for OnInternet {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move { look_up(name.as_str()).await })
    }
}

async fn look_up(name: &str) -> Result<Addrs, Box<dyn Error + Send + Sync>> {
    // Whoever connects puts in the port.
    let found = lookup_host((name, 0)).await?.collect();
    Ok(Box::new(only_on_internet(found)?.into_iter()))
}

fn only_on_internet(mut found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotOnInternet> {
    found.retain(|address| is_on_internet(address.ip()));
    if found.is_empty() { Err(NotOnInternet) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn what_leads_inside_is_not_on_the_internet() {
        for inside in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.0.171",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:169.254.169.254",
            "64:ff9b::8.8.8.8",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "100::1",
            "100:0:0:1::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "3fff:fff::1",
            "4000::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456:789a::1",
            "fdff:ffff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            assert!(!is_on_internet(ip(inside)), "{inside}");
        }
    }

    #[test]
    fn what_lies_beside_that_is() {
        for global in [
            "1.0.0.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.101.0",
            "203.0.114.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7:ffff::1",
            "2001:db9::1",
            "2003::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e",
            "3ffe:ffff::1",
            "3fff:1000::1",
        ] {
            assert!(is_on_internet(ip(global)), "{global}");
        }
    }

    #[test]
    fn of_several_addresses_those_inside_are_left_out() {
        let at = |text: &str| SocketAddr::new(ip(text), 0);
        let found = vec![at("10.0.0.1"), at("8.8.8.8"), at("::1"), at("2606:4700:4700::1111")];
        assert_eq!(only_on_internet(found), Ok(vec![at("8.8.8.8"), at("2606:4700:4700::1111")]));
        assert_eq!(only_on_internet(vec![at("10.0.0.1"), at("::ffff:8.8.8.8")]), Err(NotOnInternet));
    }

    #[tokio::test]
    async fn a_name_of_this_machine_leads_nowhere() {
        let Err(error) = look_up("localhost").await else { panic!("it was found") };
        assert!(error.is::<NotOnInternet>(), "{error}");
    }

    proptest! {
        // What the standard library knows of, this knows too.
        #[test]
        fn ipv4_in_ipv6_is_never_taken(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            prop_assert!(!is_on_internet(address.to_ipv6_mapped().into()));
            prop_assert!(!is_on_internet(address.to_ipv6_compatible().into()));
            prop_assert!(
                !is_on_internet(address.into())
                    || !(address.is_private() || address.is_loopback() || address.is_link_local()
                        || address.is_multicast() || address.is_broadcast() || address.is_documentation()
                        || address.is_unspecified())
            );
        }

        #[test]
        fn local_ipv6_is_never_taken(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            prop_assert!(
                !is_on_internet(address.into())
                    || !(address.is_unique_local() || address.is_unicast_link_local() || address.is_multicast())
            );
        }
    }
}
