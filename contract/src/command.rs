//! A question is a type: what a command is and who answers it.

use serde::{Serialize, de::DeserializeOwned};

use crate::power::Power;

/// A request with exactly one kind of reply.
pub trait Command: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// What it is answered with.
    type Reply: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;
    /// `feature.verb`; never changes once released.
    const NAME: &'static str;
    /// Who answers.
    const GOES: Goes;
    /// After which events whoever shows the reply asks again.
    const HEARS: &'static [Hears] = &[];

    /// A request as people send it: for round trips, the docs and the gallery.
    fn sample() -> Self;
    /// A reply to the sample.
    fn sample_reply() -> Self::Reply;
}

/// Who answers a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goes {
    /// Core itself, from what it has; the cloud is not asked.
    Core,
    /// The cloud; without it the last answer stands in (questions) or the call is refused (the rest).
    Cloud(Route, Access),
    /// Core at once, on its replica; the cloud as soon as it can be reached, in order.
    Queued(Route, Access),
}

impl Goes {
    /// The route and access, unless core answers alone.
    #[must_use]
    pub const fn route(&self) -> Option<(Route, Access)> {
        match self {
            Self::Core => None,
            Self::Cloud(route, access) | Self::Queued(route, access) => Some((*route, *access)),
        }
    }
}

/// A place in the REST interface. `{field}` in the path is taken from the
/// command's field of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path below the version, such as `/families/{family}/pantry`.
    pub path: &'static str,
}

/// The method of a route. Only `Get` is a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Changes nothing.
    Get,
    /// Adds something or does something.
    Post,
    /// Replaces something.
    Put,
    /// Takes something away.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

impl Route {
    /// A question.
    #[must_use]
    pub const fn get(path: &'static str) -> Self {
        Self {
            method: Method::Get,
            path,
        }
    }

    /// An addition or a deed.
    #[must_use]
    pub const fn post(path: &'static str) -> Self {
        Self {
            method: Method::Post,
            path,
        }
    }

    /// A replacement.
    #[must_use]
    pub const fn put(path: &'static str) -> Self {
        Self {
            method: Method::Put,
            path,
        }
    }

    /// A removal.
    #[must_use]
    pub const fn delete(path: &'static str) -> Self {
        Self {
            method: Method::Delete,
            path,
        }
    }
}

/// What the caller must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever asks.
    Anyone,
    /// A person who is signed in.
    SignedIn,
    /// Whoever has proven who they are: a person, or a tablet that hangs on a fridge.
    Proven,
    /// A member of the family in the path, with this power.
    Power(Power),
}

macro_rules! hears {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What an event or a glance is about; a question names what it hears.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Hears { $($(#[$doc])* $name,)* }

        impl Hears {
            /// All of them; each stands at its own number.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

hears! {
    /// Members and the family itself.
    Family,
    /// Devices, their presence and state.
    Device,
    /// Food.
    Pantry,
    /// Cameras and doors.
    Live,
    /// Power and energy.
    Meter,
    /// Alarms.
    Alarm,
    /// What devices are set to, and what was ordered.
    Control,
    /// Who is signed in.
    Session,
}
