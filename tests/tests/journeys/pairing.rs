//! Bringing a device in: each way, and each thing that goes wrong.

use anyhow::{Context, Result};
use hearth_tests::{
    axe,
    browser::{Browser, Looks},
    hub::Hub,
    page::Page,
};
use image::{DynamicImage, ImageFormat, Luma, imageops};
use serde_json::json;

use super::steps::{file, pick};

#[tokio::test]
async fn each_wrong_picture_has_its_own_answer_and_a_typed_code_works_once() -> Result<()> {
    let hub = Hub::start().await?;
    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ana").await?;
    page.found("Linden Street").await?;
    let browser = Browser::open(Looks::PHONE).await?;
    browser.sign_in(&hub.address, "ana@example.org", "/pair").await?;
    let code = hub.code("fridge").await?;
    let screen = image::load_from_memory(&hub.picture("fridge/code.png").await?)?;

    let blurred = DynamicImage::from(imageops::blur(&screen.to_rgb8(), 12.0));
    pick(&browser, &file(&hub, "blurred.png", &png(&blurred)?)?).await?;
    browser.sees("A code, but too blurred to read.").await?;
    browser.picture("phone-pair-blurred").await?;

    pick(
        &browser,
        &file(&hub, "wall.png", &png(&DynamicImage::new_rgb8(640, 480))?)?,
    )
    .await?;
    browser.sees("There is no code in the picture.").await?;

    pick(
        &browser,
        &file(&hub, "poster.png", &png(&poster("https://example.org/menu")?)?)?,
    )
    .await?;
    browser.sees("This code is not from one of our devices.").await?;

    pick(&browser, &file(&hub, "letter.png", b"not a picture")?).await?;
    browser.sees("This file is no picture we can read.").await?;

    browser.fill("Code on the screen", &wrong_proof(&code)?).await?;
    browser.press("Bring it in").await?;
    browser.sees("The code does not match the device.").await?;

    let used = hub.code("fridge").await?;
    browser
        .fill("Code on the screen", &used.to_lowercase().replace(':', " "))
        .await?;
    browser.press("Bring it in").await?;
    browser.sees("It is here and connected.").await?;

    browser.go(&format!("{}/pair", hub.address)).await?;
    browser.fill("Code on the screen", &used).await?;
    browser.press("Bring it in").await?;
    browser.sees("This device is yours already.").await?;

    // Found in a picture, it is refused where pictures are given, not below the typed field.
    browser.go(&format!("{}/pair", hub.address)).await?;
    pick(&browser, &file(&hub, "used.png", &png(&poster(&used)?)?)?).await?;
    browser
        .find("//section[@aria-label='Show the code']//*[@role='alert'][contains(., 'yours already')]")
        .await?;
    browser.close().await?;

    let page = Page::open(&hub)?;
    page.sign_up(&hub, "Ben").await?;
    page.found("Elm Street").await?;
    let browser = Browser::open(Looks::PHONE).await?;
    browser.sign_in(&hub.address, "ben@example.org", "/pair").await?;
    browser.fill("Code on the screen", &used).await?;
    browser.press("Bring it in").await?;
    browser.sees("This code has been used already.").await?;
    browser.close().await
}

#[tokio::test]
async fn a_photograph_of_ten_minutes_ago_is_too_old_and_one_dropped_on_the_page_works() -> Result<()> {
    let hub = Hub::start().await?;
    let browser = newcomer(&hub, Browser::open(Looks::DESKTOP).await?).await?;
    hub.code("meter").await?;
    let old = hub.picture("meter/code.png?ago_s=600").await?;
    pick(&browser, &file(&hub, "old.png", &old)?).await?;
    browser.sees("This code is too old.").await?;
    browser.sees("Use the code that is on the screen now.").await?;
    browser.picture("desktop-pair-too-old").await?;
    browser
        .run(
            "fetch('/simulated/meter/code.png').then(answer => answer.blob()).then(blob => { \
             const carried = new DataTransfer(); carried.items.add(new File([blob], 'code.png', { type: blob.type })); \
             const event = new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }); \
             document.querySelector('[data-over]').dispatchEvent(event); })",
        )
        .await?;
    browser.sees("It is here and connected.").await?;
    browser.sees("Meter").await?;
    browser.picture("desktop-pair-meter").await?;
    browser.close().await
}

#[tokio::test]
async fn a_code_held_before_the_camera_is_read_as_it_films() -> Result<()> {
    let hub = Hub::start().await?;
    hub.code("fridge").await?;
    let screen = image::load_from_memory(&hub.picture("fridge/code.png").await?)?;
    let film = file(&hub, "camera.y4m", &film(&screen))?;
    let browser = newcomer(&hub, Browser::filming(Looks::PHONE, &film).await?).await?;
    browser.press("Scan with the camera").await?;
    browser.sees("It is here and connected.").await?;
    browser.close().await
}

#[tokio::test]
async fn what_is_printed_on_a_device_brings_it_in_once_its_button_was_pressed() -> Result<()> {
    let hub = Hub::start().await?;
    hub.code("fridge").await?;
    let browser = newcomer(&hub, Browser::open(Looks::PHONE).await?).await?;
    let label = hub.picture("fridge/label.png").await?;
    pick(&browser, &file(&hub, "label.png", &label)?).await?;
    browser.sees("Somebody has to stand before the device.").await?;
    axe::clean(&browser, "a button to press").await?;
    browser.picture("phone-pair-button").await?;
    browser.press("I have pressed it").await?;
    browser.sees("Somebody has to stand before the device.").await?;

    hub.control("fridge/button", json!({})).await?;
    // It says so by being provisioned again, and shows its code afterwards.
    hub.code("fridge").await?;
    browser.press("I have pressed it").await?;
    browser.sees("It is here and connected.").await?;

    hub.code("meter").await?;
    browser.go(&format!("{}/pair", hub.address)).await?;
    hub.control("meter/button", json!({})).await?;
    hub.code("meter").await?;
    let sticker = hub.picture("meter/sticker.png").await?;
    pick(&browser, &file(&hub, "sticker.png", &sticker)?).await?;
    browser.sees("It is here and connected.").await?;
    browser.close().await
}

/// The browser of somebody whose home is new, at the page that brings devices in.
async fn newcomer(hub: &Hub, browser: Browser) -> Result<Browser> {
    let page = Page::open(hub)?;
    page.sign_up(hub, "Ana").await?;
    page.found("Linden Street").await?;
    browser.sign_in(&hub.address, "ana@example.org", "/pair").await?;
    Ok(browser)
}

/// One frame of what a camera sees before that screen: grey, 640 × 480.
fn film(screen: &DynamicImage) -> Vec<u8> {
    let (width, height) = (640, 480);
    let mut luma = image::GrayImage::from_pixel(width, height, Luma([96]));
    let shown = screen.resize(400, 400, imageops::FilterType::Triangle).to_luma8();
    imageops::overlay(&mut luma, &shown, 120, 40);
    let mut film = format!("YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\nFRAME\n").into_bytes();
    film.extend_from_slice(&luma);
    film.resize(film.len() + (width * height / 2) as usize, 128);
    film
}

/// The same code with another proof.
fn wrong_proof(code: &str) -> Result<String> {
    let (device, proof) = code.rsplit_once(':').context("no proof in the code")?;
    let turned: String = proof
        .chars()
        .rev()
        .map(|letter| if letter == '2' { '3' } else { '2' })
        .collect();
    Ok(format!("{device}:{turned}"))
}

/// Somebody else's QR code, as large as a poster.
fn poster(text: &str) -> Result<DynamicImage> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium)?;
    let side = u32::try_from(code.size())? + 8;
    let dots = image::GrayImage::from_fn(side, side, |x, y| {
        let dark = code.get_module(i32::try_from(x).unwrap_or(0) - 4, i32::try_from(y).unwrap_or(0) - 4);
        Luma([if dark { 0 } else { 255 }])
    });
    Ok(DynamicImage::from(imageops::resize(
        &dots,
        side * 12,
        side * 12,
        imageops::FilterType::Nearest,
    )))
}

fn png(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}
