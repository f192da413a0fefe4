// Signs a credential as a stranger would, with Digital Bazaar's libraries and a did:key of its own.
//
// Input, one JSON object: {"contexts": {url: document}, "credential"}. Output: the signed credential.

import { readFileSync } from 'node:fs'
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey'
import * as vc from '@digitalbazaar/vc'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'

const { contexts, credential } = JSON.parse(readFileSync(0, 'utf8'))
const documentLoader = async url => {
  if (!contexts[url]) throw new Error(`NotFoundError: ${url}`)
  return { contextUrl: null, documentUrl: url, document: contexts[url] }
}

const keyPair = await Ed25519Multikey.generate()
const { publicKeyMultibase } = await keyPair.export({ publicKey: true })
keyPair.controller = `did:key:${publicKeyMultibase}`
keyPair.id = `${keyPair.controller}#${publicKeyMultibase}`
credential.issuer = { ...credential.issuer, id: keyPair.controller }
const suite = new DataIntegrityProof({ signer: keyPair.signer(), cryptosuite })
process.stdout.write(JSON.stringify(await vc.issue({ credential, suite, documentLoader })) + '\n')
