//! The group of RFC 5054, appendix A, with 3072 bits and g = 2: its numbers read,
//! written and raised.

use std::sync::LazyLock;

use crypto_bigint::{
    BoxedUint, CtAssign, CtEq, Odd,
    modular::{BoxedMontyForm, BoxedMontyParams},
};

use super::Refusal;

/// The prime of RFC 5054, appendix A, 3072-bit group.
pub const PRIME: &str = "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb\
9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718\
3995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33\
a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7\
abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864\
d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e2\
08e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff";
/// The bits of any number of the group.
pub const BITS: u32 = 3072;
const BYTES: usize = 384;
/// Room for any number of the group and the leading zeros some clients write.
const HEX_LIMIT: usize = 2 * BYTES + 2;

/// See the file.
pub struct Group {
    params: BoxedMontyParams,
    prime: BoxedUint,
    /// At each index the product of g^(2^64t) over the bits t of the index,
    /// in Montgomery form: what [`Group::generator_to`] multiplies by.
    comb: Vec<BoxedUint>,
}

/// The group, built once.
///
/// # Errors
/// [`Refusal::Broken`], never seen on a sound build.
pub fn group() -> Result<&'static Group, Refusal> {
    static GROUP: LazyLock<Option<Group>> = LazyLock::new(Group::new);
    GROUP.as_ref().ok_or(Refusal::Broken)
}

impl Group {
    fn new() -> Option<Self> {
        let prime = Option::<BoxedUint>::from(BoxedUint::from_be_hex(PRIME, BITS))?;
        let odd = Option::<Odd<BoxedUint>>::from(prime.to_odd())?;
        let params = BoxedMontyParams::new_vartime(odd);
        let mut comb = vec![BoxedMontyForm::one(&params)];
        let mut tooth = two(&params);
        for _ in 0..4 {
            let longer: Vec<_> = comb.iter().map(|entry| entry.mul(&tooth)).collect();
            comb.extend(longer);
            tooth = (0..64).fold(tooth, |tooth, _| tooth.square());
        }
        let comb = comb.iter().map(BoxedMontyForm::to_montgomery).collect();
        Some(Self { params, prime, comb })
    }

    /// g.
    pub fn generator(&self) -> BoxedMontyForm {
        two(&self.params)
    }

    /// g to a secret of 256 bits, big-endian, in constant time: the four words
    /// of the secret are gone through together, a bit of each at a time (C. H.
    /// Lim, P. J. Lee, CRYPTO '94), in 128 multiplications instead of 330.
    pub fn generator_to(&self, secret: &[u8; 32]) -> BoxedMontyForm {
        let (words, _) = secret.as_chunks::<8>();
        (0..64).rev().fold(BoxedMontyForm::one(&self.params), |power, bit| {
            let index = words
                .iter()
                .fold(0, |index, word| index << 1 | u64::from_be_bytes(*word) >> bit & 1);
            let mut factor = self.comb[0].clone();
            for (at, entry) in (0_u64..).zip(&self.comb) {
                factor.ct_assign(entry, at.ct_eq(&index));
            }
            power
                .square()
                .mul(&BoxedMontyForm::from_montgomery(factor, &self.params))
        })
    }

    /// A number as one of the group.
    pub fn form(&self, magnitude: &[u8]) -> Result<BoxedMontyForm, Refusal> {
        Ok(BoxedMontyForm::new(number(magnitude, BITS)?, &self.params))
    }

    /// A verifier. Ours are below the prime; an invented one is, but for one in 2^64.
    pub fn reduced(&self, magnitude: &[u8]) -> Result<BoxedMontyForm, Refusal> {
        let number = number(magnitude, BITS)?;
        let number = if number < self.prime {
            number
        } else {
            number.wrapping_sub(&self.prime)
        };
        Ok(BoxedMontyForm::new(number, &self.params))
    }

    /// The other side's public value: in the group and not zero.
    pub fn public(&self, hex: &str) -> Result<Vec<u8>, Refusal> {
        let magnitude = magnitude(hex)?;
        let value = number(&magnitude, BITS)?;
        // Of as many bits as the prime, so its only multiples are these two.
        if bool::from(value.is_zero()) || value == self.prime {
            return Err(Refusal::Zero);
        }
        if value > self.prime {
            return Err(Refusal::TooLarge);
        }
        Ok(magnitude)
    }
}

/// Reads a hexadecimal number of any length up to the group's, odd ones too.
pub fn magnitude(hex: &str) -> Result<Vec<u8>, Refusal> {
    if hex.len() > HEX_LIMIT {
        return Err(Refusal::TooLarge);
    }
    if hex.is_empty() || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Refusal::Unreadable);
    }
    let digit = |at: usize| (hex.as_bytes()[at] as char).to_digit(16).unwrap_or(0) as u8;
    let mut read = Vec::with_capacity(hex.len() / 2 + 1);
    let odd = hex.len() % 2;
    if odd == 1 {
        read.push(digit(0));
    }
    for at in (odd..hex.len()).step_by(2) {
        read.push(digit(at) << 4 | digit(at + 1));
    }
    let start = read.iter().position(|byte| *byte != 0).unwrap_or(read.len() - 1);
    read.drain(..start);
    Ok(read)
}

/// A number from its big-endian bytes, with room for `bits`.
pub fn number(magnitude: &[u8], bits: u32) -> Result<BoxedUint, Refusal> {
    BoxedUint::from_be_slice(magnitude, bits).map_err(|_| Refusal::TooLarge)
}

/// 384 bytes, big-endian.
pub fn bytes(form: &BoxedMontyForm) -> Vec<u8> {
    form.retrieve().to_be_bytes().into_vec()
}

fn two(params: &BoxedMontyParams) -> BoxedMontyForm {
    let one = BoxedMontyForm::one(params);
    one.add(&one)
}
