// Runs verifiers written by others over documents from standard input, with nothing but local documents to load.
//
// Input, one JSON object: {"verifier": "digitalbazaar" | "core", "contexts": {url: document}, "documents": {url or DID:
// document}, "cases": [{"name", "credential", "documents": {overrides}}]}. Output, one JSON array in the order of the
// cases: {"name", "accepted", "signature", "statuses", "reason"}.

import { readFileSync } from 'node:fs'

const input = JSON.parse(readFileSync(0, 'utf8'))
let local = {}

function didUrl(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent)
  return `https://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`
}

function use(documents) {
  local = { ...input.contexts, ...documents }
  for (const [address, document] of Object.entries(documents)) {
    if (address.startsWith('did:web:')) local[didUrl(address)] = document
  }
}

// Set before any verifier is loaded: some take hold of fetch when they are imported.
globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : request.url
  const found = local[url]
  return new Response(found ? JSON.stringify(found) : 'not found', {
    status: found ? 200 : 404, headers: { 'content-type': 'application/json' }
  })
}

async function digitalBazaar() {
  const vc = await import('@digitalbazaar/vc')
  const { DataIntegrityProof } = await import('@digitalbazaar/data-integrity')
  const { cryptosuite } = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite')
  const { checkStatus } = await import('@digitalbazaar/vc-bitstring-status-list')
  const multikey = 'https://w3id.org/security/multikey/v1'
  const documentLoader = async url => {
    const [base, fragment] = url.split('#')
    let document = local[url] ?? local[base]
    if (!document) throw new Error(`NotFoundError: ${url}`)
    if (fragment && document.verificationMethod) {
      document = document.verificationMethod.find(method => method.id === url)
      if (!document) throw new Error(`NotFoundError: ${url}`)
      document = { '@context': multikey, ...document }
    }
    return { contextUrl: null, documentUrl: url, document }
  }
  const suite = new DataIntegrityProof({ cryptosuite })
  return async credential => {
    const options = { credential, suite, documentLoader }
    if (credential.credentialStatus) options.checkStatus = checkStatus
    const result = await vc.verifyCredential(options)
    const statuses = (result.statusResult?.results ?? []).map(entry => entry.status)
    const reason = result.error && [result.error, ...(result.error.errors ?? [])].map(error => error.message).join('; ')
    return {
      // checkStatus calls a revoked credential verified: only `status` says that the bit is set.
      accepted: result.verified && statuses.every(status => status === false),
      signature: result.results?.every(proof => proof.verified) ?? false,
      statuses, reason
    }
  }
}

async function core() {
  const { verifyCredential } = await import('@digitalcredentials/verifier-core')
  return async credential => {
    const result = await verifyCredential({ credential, knownDIDRegistries: [] })
    const log = Object.fromEntries((result.log ?? []).map(entry => [entry.id, entry]))
    const statuses = (result.log ?? []).filter(entry => entry.id.endsWith('_status')).map(entry => entry.valid !== true)
    const wrong = ['valid_signature', 'expiration'].filter(step => log[step]?.valid !== true)
    const reason = (result.errors ?? []).map(error => error.message).join('; ') || wrong.join(', ')
    return {
      accepted: !result.errors && !wrong.length && statuses.every(isSet => !isSet),
      signature: log.valid_signature?.valid === true,
      statuses, reason, schema: result.additionalInformation?.[0]?.results
    }
  }
}

// The verifiers write what they find wrong to the console; standard output is for the answer alone.
console.log = console.error
const verify = await (input.verifier === 'core' ? core() : digitalBazaar())
const answers = []
for (const { name, credential, documents } of input.cases) {
  use({ ...input.documents, ...documents })
  try {
    answers.push({ name, ...await verify(credential) })
  } catch (error) {
    answers.push({ name, accepted: false, signature: false, statuses: [], reason: `${error.name}: ${error.message}` })
  }
}
process.stdout.write(JSON.stringify(answers) + '\n')
