//! Which IP addresses are public: reachable for everybody, and no part of the network that the server is in.
//! Pure: nothing is resolved or asked.
//!
//! The tables are IANA's registries of special purposes, the blocks that are not globally reachable
//! (iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry), with multicast
//! (RFC 5771, RFC 4291). An IPv6 address that carries an IPv4 one is as public as that where something on
//! the way may still take it apart, and not public where the way is obsolete.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(segments: [u16; 4], prefix: u8) -> Ipv6Net {
    let [a, b, c, d] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0), prefix)
}

/// Blocks of IPv4 that are not public.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),       // "this network"
    v4(10, 0, 0, 0, 8),      // private
    v4(100, 64, 0, 0, 10),   // shared, for carriers' NAT
    v4(127, 0, 0, 0, 8),     // loopback
    v4(169, 254, 0, 0, 16),  // link-local: the metadata of clouds
    v4(172, 16, 0, 0, 12),   // private
    v4(192, 0, 0, 0, 24),    // IETF protocols
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 88, 99, 0, 24),  // 6to4 relays, obsolete
    v4(192, 168, 0, 0, 16),  // private
    v4(198, 18, 0, 0, 15),   // benchmarks
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, broadcast
];

/// All that is handed out of IPv6 for everybody (RFC 4291, section 2.4; IANA's ipv6-unicast-address-assignments).
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0], 3);

/// Blocks within it that are not public, or not to be told.
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0], 23),     // IETF protocols, with Teredo and ORCHID
    v6([0x2001, 0xdb8, 0, 0], 32), // documentation
    v6([0x2002, 0, 0, 0], 16),     // 6to4, obsolete (RFC 7526)
    v6([0x3fff, 0, 0, 0], 20),     // documentation
];

/// The well-known prefix of NAT64 (RFC 6052): how a network without IPv4 reaches IPv4.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0], 96);

/// Whether an address is one that everybody can reach.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|block| block.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|block| block.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_special_purposes_are_not_public_at_either_end_of_their_blocks() {
        let special = [
            ["0.0.0.0", "0.255.255.255"],
            ["10.0.0.0", "10.255.255.255"],
            ["100.64.0.0", "100.127.255.255"],
            ["127.0.0.1", "127.255.255.255"],
            ["169.254.0.0", "169.254.169.254"],
            ["172.16.0.0", "172.31.255.255"],
            ["192.0.0.0", "192.0.0.255"],
            ["192.0.2.0", "192.0.2.255"],
            ["192.88.99.0", "192.88.99.255"],
            ["192.168.0.0", "192.168.255.255"],
            ["198.18.0.0", "198.19.255.255"],
            ["198.51.100.0", "198.51.100.255"],
            ["203.0.113.0", "203.0.113.255"],
            ["224.0.0.0", "239.255.255.255"],
            ["240.0.0.0", "255.255.255.255"],
            ["::", "::1"],
            // IPv4-mapped and IPv4-compatible, public ones too: no name of the internet has them
            ["::ffff:127.0.0.1", "::ffff:8.8.8.8"],
            ["::127.0.0.1", "::8.8.8.8"],
            // NAT64: what it leads to, and the prefix for local use
            ["64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1"],
            ["64:ff9b::169.254.169.254", "64:ff9b:1::1"],
            ["100::1", "100:0:0:1::1"],
            // Teredo, benchmarks, ORCHID
            ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
            ["2001:2::1", "2001:20::1"],
            ["2001:1ff:ffff::1", "2001:db8::1"],
            ["2002:7f00:1::1", "2002:0808:0808::1"],
            ["3fff::1", "3fff:fff:ffff::1"],
            ["5f00::1", "4000::1"],
            ["fc00::1", "fdff::1"],
            ["fe80::1", "febf::1"],
            ["fec0::1", "feff::1"],
            ["ff02::1", "ffff::1"],
        ];
        for address in special.iter().flatten() {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn their_neighbours_are_public() {
        let public = [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.88.98.255",
            "192.88.100.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "198.51.99.255",
            "198.51.101.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7:ffff::1",
            "2001:db9::1",
            "2003::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::200e",
            "3ffe::1",
            "3fff:1000::1",
            "64:ff9b::8.8.8.8",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
