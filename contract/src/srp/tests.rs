//! What SRP must compute and refuse, seen from both sides.

use super::*;

const POOL: &str = "local-1_Hearth";
const USER: &str = "0b5e2d1c-1f7a-4a52-9d1e-c0ffee000001";
const BLOCK: &str = "c2VjcmV0IGJsb2Nr";
const AT: &str = "Sat Nov 7 09:05:00 UTC 2026";

fn occasion() -> Occasion<'static> {
    Occasion {
        pool_id: POOL,
        user_id: USER,
        secret_block: BLOCK,
        timestamp: AT,
    }
}

fn random<const N: usize>(seed: u8) -> [u8; N] {
    std::array::from_fn(|at| seed.wrapping_mul(31).wrapping_add((at as u8).wrapping_mul(7)) | 1)
}

fn sign_in(known: &str, typed: &str, seed: u8) -> Result<(), Refusal> {
    let salt = salt(std::array::from_fn(|at| seed.wrapping_mul(at as u8)));
    let verifier = verifier(POOL, USER, known, &salt)?;
    let client = Client::new(&random(seed))?;
    let server = Server::new(&verifier, &client.public_hex(), &random(seed ^ 0x55))?;
    let claim = client.claim(&occasion(), typed, &hex_of(&salt), &server.public_hex())?;
    server.verify(&occasion(), &claim)
}

#[test]
fn the_multiplier_is_the_published_one() {
    assert_eq!(
        hex_of(&multiplier()),
        "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"
    );
}

#[test]
fn the_comb_is_the_power_it_saves() {
    let group = group().unwrap();
    let one = {
        let mut one = [0; 32];
        one[31] = 1;
        one
    };
    for secret in [[0; 32], [0xff; 32], one, random(3), random(200)] {
        let plain = group.generator().pow(&number(&secret, 256).unwrap());
        assert_eq!(bytes(&group.generator_to(&secret)), bytes(&plain), "{secret:?}");
    }
}

#[test]
fn both_sides_agree_for_many_numbers() {
    for seed in 1..24 {
        assert_eq!(sign_in("pä ss西红柿", "pä ss西红柿", seed), Ok(()), "seed {seed}");
    }
}

#[test]
fn another_password_gives_another_claim() {
    assert_eq!(sign_in("right horse", "wrong horse", 3), Err(Refusal::WrongClaim));
}

#[test]
fn a_claim_holds_for_its_own_occasion_only() {
    let salt = salt([9; 16]);
    let kept = verifier(POOL, USER, "secret", &salt).unwrap();
    let client = Client::new(&random(1)).unwrap();
    let server = Server::new(&kept, &client.public_hex(), &random(2)).unwrap();
    let claim = client
        .claim(&occasion(), "secret", &hex_of(&salt), &server.public_hex())
        .unwrap();
    assert_eq!(server.verify(&occasion(), &claim), Ok(()));
    let later = Occasion {
        timestamp: "Sat Nov 7 09:05:01 UTC 2026",
        ..occasion()
    };
    assert_eq!(server.verify(&later, &claim), Err(Refusal::WrongClaim));
    let elsewhere = Occasion {
        secret_block: "b3RoZXI=",
        ..occasion()
    };
    assert_eq!(server.verify(&elsewhere, &claim), Err(Refusal::WrongClaim));
    assert_eq!(server.verify(&occasion(), "no base64!"), Err(Refusal::Unreadable));
}

#[test]
fn values_that_would_fix_the_key_are_refused() {
    let kept = verifier(POOL, USER, "secret", &[1; 16]).unwrap();
    let check = |a: &str, refusal| {
        assert_eq!(Server::new(&kept, a, &random(2)).err(), Some(refusal), "{}", a.len());
        let client = Client::new(&random(1)).unwrap();
        assert_eq!(client.claim(&occasion(), "secret", "1234", a), Err(refusal));
    };
    check("0", Refusal::Zero);
    check(&"0".repeat(768), Refusal::Zero);
    check(PRIME, Refusal::Zero);
    check(&"f".repeat(768), Refusal::TooLarge);
    check(&"1".repeat(770), Refusal::TooLarge);
    check(&"0".repeat(771), Refusal::TooLarge);
    check("", Refusal::Unreadable);
    check("xyz", Refusal::Unreadable);
    check("+1", Refusal::Unreadable);
}

#[test]
fn odd_and_zero_led_hexadecimal_reads_as_the_number() {
    assert_eq!(magnitude("abc"), Ok(vec![0x0a, 0xbc]));
    assert_eq!(magnitude("000abc"), Ok(vec![0x0a, 0xbc]));
    assert_eq!(pad(&[0, 0x80]), vec![0, 0x80]);
    assert_eq!(pad(&[0, 0x7f]), vec![0x7f]);
    assert_eq!(pad(&[]), vec![0]);
}

#[test]
fn a_salt_never_starts_with_zero() {
    assert_ne!(salt([0; 16])[0], 0);
    assert_eq!(salt([7; 16]), [7; 16]);
}

#[test]
fn the_time_is_written_as_java_does() {
    let at: jiff::Timestamp = "2026-11-07T09:05:00.75Z".parse().unwrap();
    assert_eq!(timestamp(at), AT);
}
