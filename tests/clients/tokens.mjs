// aws-jwt-verify judges the home's tokens as somebody else's server would, with
// the key set and the issuer that the home publishes. Its class for user pools
// takes AWS's own issuers only; its general one takes any, and the rules for
// Cognito's claims are the package's own all the same.

import assert from 'node:assert/strict'
import { called, foreign, home, promised, Letters } from './home.mjs'

const cognito = foreign('amazon-cognito-identity-js')
const { CognitoJwtVerifier, JwtRsaVerifier } = foreign('aws-jwt-verify')
const { validateCognitoJwtFields } = foreign('aws-jwt-verify/cognito-verifier')
const { issuer, client, plain_client: clientId, pool, endpoint } = home.user_pool
const MAIL = 'tokens@example.org'

async function published(url) {
  const answer = await fetch(url)
  assert.equal(answer.status, 200, url)
  return answer.json()
}

async function tokens() {
  const Pool = new cognito.CognitoUserPool({ UserPoolId: pool, ClientId: clientId, endpoint })
  await promised((done) => Pool.signUp(MAIL, 'token horse battery', [], null, done))
  const user = new cognito.CognitoUser({ Username: MAIL, Pool })
  const code = await new Letters(MAIL).code()
  await promised((done) => user.confirmRegistration(code, true, done))
  const details = new cognito.AuthenticationDetails({ Username: MAIL, Password: 'token horse battery' })
  const session = await called((on) => user.authenticateUser(details, on))
  return { id: session.getIdToken().getJwtToken(), access: session.getAccessToken().getJwtToken() }
}

/** A verifier of one use of token, for one client, with these keys. */
function verifier(jwks, tokenUse, forClient, from = issuer) {
  const made = JwtRsaVerifier.create({
    issuer: from,
    // Only an id token names its client as the audience.
    audience: tokenUse === 'id' ? forClient : null,
    jwksUri: `${from}/.well-known/jwks.json`,
    customJwtCheck: ({ payload }) => validateCognitoJwtFields(payload, { tokenUse, clientId: forClient }),
  })
  made.cacheJwks(jwks)
  return (token) => made.verify(token)
}

function withPart(token, at, turn) {
  const parts = token.split('.')
  parts[at] = turn(parts[at])
  return parts.join('.')
}
const altered = (turn) => (part) =>
  Buffer.from(JSON.stringify(turn(JSON.parse(Buffer.from(part, 'base64url'))))).toString('base64url')

const about = await published(`${issuer}/.well-known/openid-configuration`)
assert.equal(about.issuer, issuer)
const jwks = await published(about.jwks_uri)
assert.throws(() => CognitoJwtVerifier.create({ userPoolId: pool, tokenUse: 'id', clientId }), /Invalid Cognito User Pool/)

const { id, access } = await tokens()
const [isId, isAccess] = [verifier(jwks, 'id', clientId), verifier(jwks, 'access', clientId)]
const idClaims = await isId(id)
const accessClaims = await isAccess(access)
assert.equal(idClaims.email, MAIL)
assert.equal(idClaims.sub, accessClaims.sub)
assert.equal(idClaims.aud, clientId)
assert.equal(accessClaims.client_id, clientId)
assert.ok(accessClaims.exp > Date.now() / 1000 && accessClaims.iat <= Date.now() / 1000 + 1)

const wrong = {
  'an id token is no access token': isAccess(id),
  'an access token is no id token': isId(access),
  'another client (id)': verifier(jwks, 'id', client)(id),
  'another client (access)': verifier(jwks, 'access', client)(access),
  'another issuer': verifier(jwks, 'id', clientId, `${issuer}x`)(id),
  'a claim changed': isId(withPart(id, 1, altered((claims) => ({ ...claims, sub: 'somebody' })))),
  'no signature': isId(withPart(withPart(id, 0, altered((head) => ({ ...head, alg: 'none' }))), 2, () => '')),
  'another algorithm': isId(withPart(id, 0, altered((head) => ({ ...head, alg: 'HS256' })))),
  'the other key': isId(withPart(id, 0, altered((head) => ({ ...head, kid: jwks.keys.find(({ kid }) => kid !== head.kid).kid })))),
}
for (const [what, judged] of Object.entries(wrong)) {
  await assert.rejects(judged, undefined, `taken: ${what}`)
}
