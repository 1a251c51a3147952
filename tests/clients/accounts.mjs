// amazon-cognito-identity-js walks the life of an account as a web app does, and
// signs in with passwords drawn anew: a second, independent SRP after pycognito's.
// It renews by REFRESH_TOKEN_AUTH only, so it is the client whose tokens stay.

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { Letters, anotherCode, called, foreign, home, promised, refused, timeCode } from './home.mjs'

const cognito = foreign('amazon-cognito-identity-js')
const MAIL = 'js@example.org'
const PASSWORDS = 6
const SIGN_INS_EACH = 3
const letters = new Letters(MAIL)

/** A browser of its own: what it keeps, no other sees. */
function browser() {
  const kept = new Map()
  const Storage = {
    setItem: (key, value) => kept.set(key, value),
    getItem: (key) => kept.get(key) ?? null,
    removeItem: (key) => kept.delete(key),
    clear: () => kept.clear(),
  }
  const { pool, plain_client: ClientId, endpoint } = home.user_pool
  return new cognito.CognitoUserPool({ UserPoolId: pool, ClientId, endpoint, Storage })
}

const userIn = (Pool, Username = MAIL) =>
  new cognito.CognitoUser({ Username, Pool, Storage: Pool.storage })

async function signIn(Password, user = userIn(browser())) {
  const details = new cognito.AuthenticationDetails({ Username: MAIL, Password })
  const session = await called((on) => user.authenticateUser(details, on))
  assert.ok(session.isValid())
  return user
}

function password() {
  const signs = [...'abcXYZ0189 !"\'\\:;/ß', ...'éñçŁž', ...'冰箱番茄', ...'пароль', '🥚', 'e\u0301']
  const drawn = () => signs[randomInt(signs.length)]
  const made = Array.from({ length: randomInt(8, 30) }, drawn).join('')
  return made === made.trim() && made.length >= 12 ? made : password()
}

async function signUp(secret) {
  const pool = browser()
  const named = [new cognito.CognitoUserAttribute({ Name: 'email', Value: MAIL })]
  const up = (word) => promised((done) => pool.signUp(MAIL, word, named, null, done))
  await refused('InvalidPasswordException', up('short'))
  const made = await up(secret)
  assert.equal(made.userConfirmed, false)
  await refused('UserNotConfirmedException', signIn(secret))
  const user = userIn(pool)
  const confirm = (code) => promised((done) => user.confirmRegistration(code, true, done))
  const first = await letters.code()
  await refused('CodeMismatchException', confirm(anotherCode(first)))
  await promised((done) => user.resendConfirmationCode(done))
  await confirm(await letters.code())
  await refused('UsernameExistsException', up(secret))
}

async function signInAgainAndAgain(first) {
  let secret = first
  let signedIn = 0
  for (let n = 0; n < PASSWORDS; n++) {
    let user
    for (let m = 0; m < SIGN_INS_EACH; m++, signedIn++) {
      user = await signIn(secret).catch((error) => assert.fail(`${JSON.stringify(secret)}: ${error.message}`))
    }
    await refused('NotAuthorizedException', signIn(`${secret}x`))
    const next = password()
    await refused('NotAuthorizedException', promised((done) => user.changePassword(next, next, done)))
    await promised((done) => user.changePassword(secret, next, done))
    await refused('NotAuthorizedException', signIn(secret))
    secret = next
  }
  console.log(`${signedIn} sign-ins with ${PASSWORDS} passwords`)
  return secret
}

async function whoAmI(secret) {
  const user = await signIn(secret)
  const data = await promised((done) => user.getUserData(done, { bypassCache: true }))
  const told = Object.fromEntries(data.UserAttributes.map(({ Name, Value }) => [Name, Value]))
  assert.equal(told.email, MAIL)
  assert.equal(told.email_verified, 'true')
  assert.equal(told.sub, user.getSignInUserSession().getIdToken().payload.sub)
}

async function stay(secret) {
  const pool = browser()
  const user = await signIn(secret, userIn(pool))
  const before = user.getSignInUserSession()
  const after = await promised((done) => user.refreshSession(before.getRefreshToken(), done))
  assert.notEqual(after.getAccessToken().getJwtToken(), before.getAccessToken().getJwtToken())
  // A page that is opened again finds who is signed in.
  const session = await promised((done) => pool.getCurrentUser().getSession(done))
  assert.ok(session.isValid())
  const worthless = new cognito.CognitoRefreshToken({ RefreshToken: 'x'.repeat(43) })
  await refused('NotAuthorizedException', promised((done) => user.refreshSession(worthless, done)))
}

async function forget(secret, next) {
  const user = userIn(browser())
  await called((on) => user.forgotPassword(on), { inputVerificationCode: (resolve, sent) => resolve(sent) })
  const code = await letters.code()
  await refused('CodeMismatchException', called((on) => user.confirmPassword(anotherCode(code), next, on)))
  await called((on) => user.confirmPassword(code, next, on))
  await refused('NotAuthorizedException', signIn(secret))
  await signIn(next)
}

async function leave(secret) {
  const [here, there] = [await signIn(secret), await signIn(secret)]
  const held = (user) => user.getSignInUserSession().getRefreshToken()
  const [ofHere, ofThere] = [held(here), held(there)]
  // Signing out of one browser revokes its token and no other's.
  await promised((done) => here.signOut(done))
  await refused('NotAuthorizedException', promised((done) => userIn(browser()).refreshSession(ofHere, done)))
  await promised((done) => there.refreshSession(ofThere, done))
  await called((on) => there.globalSignOut(on))
  await refused('NotAuthorizedException', promised((done) => userIn(browser()).refreshSession(ofThere, done)))
}

async function secondFactor(secret) {
  const user = await signIn(secret)
  const key = await new Promise((associateSecretCode, onFailure) =>
    user.associateSoftwareToken({ associateSecretCode, onFailure }),
  )
  const verify = (code) => called((on) => user.verifySoftwareToken(code, 'a telephone', on))
  const first = timeCode(key)
  await refused('EnableSoftwareTokenMFAException', verify(anotherCode(first)))
  await verify(first)
  const wanted = (Enabled) => ({ PreferredMfa: Enabled, Enabled })
  await promised((done) => user.setUserMfaPreference(null, wanted(true), done))
  const details = new cognito.AuthenticationDetails({ Username: MAIL, Password: secret })
  const challenged = userIn(browser())
  await called((on) => challenged.authenticateUser(details, on), { totpRequired: (resolve) => resolve() })
  const answer = (code) => called((on) => challenged.sendMFACode(code, on, 'SOFTWARE_TOKEN_MFA'))
  await refused('CodeMismatchException', answer(anotherCode(timeCode(key, 1))))
  const session = await answer(timeCode(key, 1))
  assert.ok(session.isValid())
  await promised((done) => challenged.setUserMfaPreference(null, wanted(false), done))
  await signIn(secret)
}

async function sayGoodbye(secret) {
  const user = await signIn(secret)
  await promised((done) => user.deleteUser(done))
  await refused('NotAuthorizedException', signIn(secret))
}

await signUp('first horse 一')
const secret = await signInAgainAndAgain('first horse 一')
await whoAmI(secret)
await stay(secret)
await forget(secret, 'last horse 末')
await leave('last horse 末')
await secondFactor('last horse 末')
await sayGoodbye('last horse 末')
