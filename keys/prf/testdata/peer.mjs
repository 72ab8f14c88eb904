// The other side of TestPeer: the npm package age-encryption, with a stand-in
// for the browser's authenticator. Reads one JSON request on standard input,
// writes one JSON answer.
//
//   {"do": "encrypt", "identity": "AGE-PLUGIN-…", "text": "…"}     → {"file": "-----BEGIN AGE…"}
//   {"do": "decrypt", "identity": "AGE-PLUGIN-…", "file": "…"}     → {"text": "…"}
//   {"do": "keyring", "keyring": {…}}                              → {"text": "…"}
//   {"do": "create",  "rp_id": "…", "credential": "hex", "transports": […]} → {"identity": "…"}
//
// AGE_ENCRYPTION names the folder that has node_modules/age-encryption in it.
import { createHash, createHmac } from "node:crypto"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import { join } from "node:path"
import { text as readAll } from "node:stream/consumers"

const require = createRequire(join(process.env.AGE_ENCRYPTION, "here.js"))
const age = await import(pathToFileURL(require.resolve("age-encryption")))

const request = JSON.parse(await readAll(process.stdin))

// hmac-secret as the test's authenticator has it: HMAC-SHA256 under the
// credential ID, over the salt that a browser makes of the input.
function prf(credentialID, input) {
    const salt = createHash("sha256").update("WebAuthn PRF\0").update(input).digest()
    return new Uint8Array(createHmac("sha256", Buffer.concat([Buffer.from("peer"), credentialID])).update(salt).digest())
}

Object.defineProperty(globalThis, "navigator", { configurable: true, value: { credentials: {
    async get({ publicKey: o }) {
        if (o.userVerification !== "required" || o.rpId !== "localhost") throw Error("not as expected")
        const id = o.allowCredentials[0].id
        const { first, second } = o.extensions.prf.eval
        return { getClientExtensionResults: () => ({ prf: { results: { first: prf(id, first), second: prf(id, second) } } }) }
    },
    async create() {
        return {
            rawId: Buffer.from(request.credential, "hex"),
            response: { getTransports: () => request.transports },
            getClientExtensionResults: () => ({ prf: { enabled: true } }),
        }
    },
} } })

async function open(file, addTo) {
    const d = new age.Decrypter()
    addTo(d)
    return await d.decrypt(age.armor.decode(file), "text")
}

const passkey = (identity) => new age.webauthn.WebAuthnIdentity({ identity })
const answer = {
    async encrypt() {
        const e = new age.Encrypter()
        e.addRecipient(new age.webauthn.WebAuthnRecipient({ identity: request.identity }))
        return { file: age.armor.encode(await e.encrypt(request.text)) }
    },
    async decrypt() {
        return { text: await open(request.file, (d) => d.addIdentity(passkey(request.identity))) }
    },
    // The way docs/keyring.md gives: the passkey's method, then the secret.
    async keyring() {
        const m = request.keyring.methods.find((m) => m.kind === "passkey")
        const identity = await open(m.identity, (d) => d.addIdentity(passkey(m.passkey.identity)))
        return { text: await open(request.keyring.secret.sealed, (d) => d.addIdentity(identity.trim())) }
    },
    async create() {
        const identity = await age.webauthn.createCredential({ rpId: request.rp_id, keyName: "test" })
        return { identity }
    },
}
console.log(JSON.stringify(await answer[request.do]()))
