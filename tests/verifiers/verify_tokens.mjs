// Runs jose over tokens from standard input, with keys from local DID documents alone.
//
// Input, one JSON object: {"documents": {DID: document}, "cases": [{"name", "credential": token, "now": seconds}]}.
// Output, one JSON array in the order of the cases: {"name", "accepted", "reason", "payload"}.

import { readFileSync } from 'node:fs'
import { importJWK, jwtVerify } from 'jose'

const input = JSON.parse(readFileSync(0, 'utf8'))

// What its key is called decides which document is asked; a key inside the token is never believed.
async function findKey(header) {
  const [did] = String(header.kid).split('#')
  const document = input.documents[did]
  if (!document?.assertionMethod.includes(header.kid)) throw new Error(`no key ${header.kid}`)
  const method = document.verificationMethod.find(entry => entry.id === header.kid)
  if (method.type !== 'JsonWebKey') throw new Error(`${method.type} is no key for tokens`)
  return await importJWK(method.publicKeyJwk, 'RS256')
}

async function check(token, now) {
  const options = { algorithms: ['RS256'], typ: 'JWT', requiredClaims: ['iss', 'jti', 'nbf'], currentDate: new Date(now * 1000) }
  const { payload, protectedHeader } = await jwtVerify(token, findKey, options)
  if (payload.iss !== payload.issuer.id || payload.jti !== payload.id) throw new Error('the claims differ')
  if (protectedHeader.kid.split('#')[0] !== payload.iss) throw new Error('the key is not the issuer\'s')
  return payload
}

const answers = []
for (const { name, credential, now } of input.cases) {
  try {
    answers.push({ name, accepted: true, reason: '', payload: await check(credential, now) })
  } catch (error) {
    answers.push({ name, accepted: false, reason: `${error.name}: ${error.message}` })
  }
}
process.stdout.write(JSON.stringify(answers) + '\n')
