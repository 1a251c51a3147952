//! Makes an RSA key of 2048 bits, once in the life of a data folder.
//!
//! ring signs with such keys but makes none, and the crate that does has an
//! open advisory (RUSTSEC-2023-0071, about using private keys). So the primes
//! come from `crypto-primes`, the rest is arithmetic, and ring checks the
//! result for consistency when it loads it. No private operation happens here.
//!
//! # Source
//! RFC 8017, sections 3.2 and A.1.2; FIPS 186-5, A.1.3 for the primes.

use crypto_bigint::{
    BoxedUint, NonZero, Odd, Resize,
    modular::{BoxedMontyForm, BoxedMontyParams},
};
use crypto_primes::{
    Flavor,
    hazmat::{SetBits, SmallFactorsSieveFactory},
    is_prime, sieve_and_find,
};
use rand::{SeedableRng, rngs::StdRng};

const PRIME_BITS: u32 = 1024;
const BITS: u32 = 2 * PRIME_BITS;
const EXPONENT: u64 = 65_537;

/// A fresh private key as PKCS#1 DER, from 32 unguessable bytes. Takes about
/// a second of processor time. `None` only if the arithmetic is broken.
pub fn generate(seed: [u8; 32]) -> Option<Vec<u8>> {
    let mut random = StdRng::from_seed(seed);
    let one = prime(&mut random)?;
    let other = loop {
        let other = prime(&mut random)?;
        // FIPS 186-5: the primes differ in their first hundred bits.
        if top(&one) != top(&other) {
            break other;
        }
    };
    let (p, q) = if one > other { (one, other) } else { (other, one) };
    let (p_less, q_less) = (less_one(&p), less_one(&q));
    let n = product(&p, &q);
    let d = inverse_of_exponent(&product(&p_less, &q_less))?;
    let d_p = inverse_of_exponent(&p_less)?;
    let d_q = inverse_of_exponent(&q_less)?;
    let q_inverse = inverse_of(&q, &p)?;
    let mut fields = integer(&[0]);
    for number in [&n, &BoxedUint::from(EXPONENT), &d, &p, &q, &d_p, &d_q, &q_inverse] {
        fields.extend(integer(&number.to_be_bytes()));
    }
    Some(tagged(0x30, &fields))
}

/// Modulus and exponent of a PKCS#1 private key, big-endian.
pub fn public_parts(der: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let pair = ring::signature::RsaKeyPair::from_der(der).ok()?;
    let parts = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public());
    Some((parts.n, parts.e))
}

/// A prime with both top bits set, whose predecessor has no factor e.
fn prime(random: &mut StdRng) -> Option<BoxedUint> {
    let sieve = SmallFactorsSieveFactory::new(Flavor::Any, PRIME_BITS, SetBits::TwoMsb).ok()?;
    sieve_and_find(random, sieve, |_, candidate: &BoxedUint| {
        remainder(&less_one(candidate)) != 0 && is_prime(Flavor::Any, candidate)
    })
    .ok()?
}

fn top(prime: &BoxedUint) -> Vec<u8> {
    prime.to_be_bytes()[..13].to_vec()
}

fn less_one(number: &BoxedUint) -> BoxedUint {
    number.wrapping_sub(BoxedUint::one_with_precision(number.bits_precision()))
}

fn product(one: &BoxedUint, other: &BoxedUint) -> BoxedUint {
    one.resize(BITS).wrapping_mul(other.resize(BITS))
}

fn remainder(number: &BoxedUint) -> u64 {
    let digits = number.to_be_bytes();
    digits
        .iter()
        .fold(0, |rest, byte| (rest * 256 + u64::from(*byte)) % EXPONENT)
}

/// e⁻¹ mod m = (1 + m·t) / e with t = (−m)⁻¹ mod e, because e is prime.
fn inverse_of_exponent(modulus: &BoxedUint) -> Option<BoxedUint> {
    let t = power(EXPONENT - remainder(modulus), EXPONENT - 2);
    let wide = modulus.bits_precision() + 64;
    let sum = modulus
        .resize(wide)
        .wrapping_mul(BoxedUint::from(t).resize(wide))
        .wrapping_add(BoxedUint::one_with_precision(wide));
    let exponent = Option::from(BoxedUint::from(EXPONENT).to_nz())?;
    let exponent: NonZero<BoxedUint> = exponent;
    let (inverse, rest) = sum.div_rem(&exponent);
    bool::from(rest.is_zero()).then(|| inverse.resize(modulus.bits_precision()))
}

/// base^exponent mod e.
fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % EXPONENT;
        }
        base = base * base % EXPONENT;
        exponent >>= 1;
    }
    result
}

/// q⁻¹ mod p = q^(p−2) mod p, because p is prime and larger than q.
fn inverse_of(q: &BoxedUint, p: &BoxedUint) -> Option<BoxedUint> {
    let odd: Odd<BoxedUint> = Option::from(p.to_odd())?;
    let params = BoxedMontyParams::new(odd);
    let two_less = less_one(&less_one(p));
    Some(BoxedMontyForm::new(q.clone(), &params).pow(&two_less).retrieve())
}

fn integer(digits: &[u8]) -> Vec<u8> {
    let start = digits.iter().position(|byte| *byte != 0);
    let digits = start.map_or(&[0][..], |start| &digits[start..]);
    let mut content = Vec::with_capacity(digits.len() + 1);
    if digits[0] & 0x80 != 0 {
        content.push(0);
    }
    content.extend_from_slice(digits);
    tagged(0x02, &content)
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    match content.len() {
        short @ 0..=127 => der.push(short as u8),
        long => {
            let length = long.to_be_bytes();
            let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
            der.push(0x80 | digits.len() as u8);
            der.extend_from_slice(digits);
        }
    }
    der.extend_from_slice(content);
    der
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ring_accepts_and_uses_a_generated_key() {
        let der = generate([7; 32]).unwrap();
        let pair = ring::signature::RsaKeyPair::from_der(&der).unwrap();
        let mut signature = vec![0; pair.public().modulus_len()];
        let random = ring::rand::SystemRandom::new();
        pair.sign(&ring::signature::RSA_PKCS1_SHA256, &random, b"hello", &mut signature)
            .unwrap();
        let (n, e) = public_parts(&der).unwrap();
        assert_eq!(n.len(), 256);
        ring::signature::RsaPublicKeyComponents { n: &n, e: &e }
            .verify(&ring::signature::RSA_PKCS1_2048_8192_SHA256, b"hello", &signature)
            .unwrap();
    }
}
