// Signs in by passkey: asks the server for a challenge, the browser for an
// answer, and sends it with the form.
"use strict";

const form = document.forms[0];
const button = document.getElementById("passkey");
const trouble = document.getElementById("no-passkey");

async function answer() {
  const asked = await fetch("/oauth2/passkey" + location.search, {
    method: "POST",
    body: new URLSearchParams({ mail: form.mail.value, token: form.token.value }),
  });
  if (!asked.ok) throw new Error("no challenge");
  const { Session, ChallengeParameters } = await asked.json();
  const options = JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey });
  form.session.value = Session;
  form.credential.value = JSON.stringify(credential);
}

if (button && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!form.mail.reportValidity()) return;
    button.disabled = true;
    trouble.hidden = true;
    try {
      await answer();
      // Without the checks of the fields: the password may stay empty.
      form.submit();
    } catch {
      trouble.hidden = false;
      button.disabled = false;
    }
  });
}
