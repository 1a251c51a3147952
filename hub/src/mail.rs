//! How confirmation codes reach people: by mail where a mail server is set,
//! otherwise they are kept where whoever runs the hub reads them.

mod outbox;
mod smtp;

use std::{path::Path, sync::Arc};

use hearth_embedded::identity::{self, Subject};

use crate::{arguments::Mail, trouble::Trouble};

/// The outbox of this home; `folder` is made only where letters stay.
///
/// # Errors
/// The folder can't be made, or the mail server is not set as it must be.
pub fn open(folder: &Path, mail: &Mail) -> Result<Arc<dyn identity::Outbox>, Trouble> {
    match smtp::Smtp::new(mail)? {
        Some(smtp) => Ok(Arc::new(smtp)),
        None => match outbox::Outbox::open(folder) {
            Ok(outbox) => Ok(Arc::new(outbox)),
            Err(error) => Err(Trouble::Folder(folder.to_owned(), error)),
        },
    }
}

/// What a letter is about, for people: who gets it may never have chosen a language.
struct About {
    english: &'static str,
    chinese: &'static str,
}

fn about(subject: Subject) -> About {
    let (english, chinese) = match subject {
        Subject::SignUp => ("Your code to confirm this address", "确认此邮箱的验证码"),
        Subject::ResetPassword => ("Your code to choose a new password", "重设密码的验证码"),
        Subject::NewAddress => ("Your code to prove this new address", "确认新邮箱的验证码"),
    };
    About { english, chinese }
}
