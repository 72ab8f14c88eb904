// The page of one ceremony. It shows what the terminal says, asks the passkey
// when the person presses the button, and sends back what it answered. It
// keeps nothing.
"use strict"

// The part of the address after the # is not sent to anyone by the browser.
const token = location.hash.slice(1)
const page = toBase64(crypto.getRandomValues(new Uint8Array(16)))

const el = id => document.getElementById(id)
let seq = 0            // of what is shown
let gesture = null     // AbortController of the one under way

function toBase64(bytes) {
  const text = String.fromCharCode(...new Uint8Array(bytes))
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

function fromBase64(text) {
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(bytes, c => c.charCodeAt(0))
}

function post(path, body) {
  return fetch(path, {
    method: "POST", cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
    headers: { "Content-Type": "application/json", "Touchback-Token": token, "Touchback-Page": page },
    body: JSON.stringify(body),
  })
}

const pause = ms => new Promise(done => setTimeout(done, ms))

// What only the page can know.
const endings = {
  token: ["This address is not complete", "Open the whole address that the terminal shows, with all that follows the #."],
  stale: ["This page is of an earlier try", "The terminal has gone on. Open the address that it shows now."],
  elsewhere: ["The page is open in another window", "Go on there. You can close this one."],
  gone: ["The terminal has gone", "It may have ended, or the connection to it was cut. Nothing was changed. You can close this page, and start again in the terminal."],
}

// show puts words on the page. Focus goes to what was changed, so that a
// screen reader is where the eye is.
function show(title, text, mood) {
  el("title").textContent = title
  el("text").textContent = text
  document.querySelector("main").className = mood ?? ""
}

function end(title, text, good) {
  gesture?.abort()
  el("go").hidden = el("count").hidden = true
  show(title, text, good ? "good" : "bad")
  document.title = title + " · Touchback"
  el("when").textContent = "You can close this page now."
  el("title").focus()
}

function update(view) {
  seq = view.seq
  el("about").hidden = false
  el("backup").textContent = view.backup
  el("passkey").textContent = view.passkey ?? ""
  el("passkeyRow").hidden = !view.passkey
  gesture?.abort()
  gesture = null
  if (view.over) {
    end(view.over.title, view.over.text, view.over.good)
    return false
  }
  const button = el("go")
  const { title, text } = view.step ?? view.wait
  show(title, text)
  button.hidden = !view.step
  el("count").hidden = !view.step || view.step.of === 1
  if (view.step) {
    el("count").textContent = `Step ${view.step.n} of ${view.step.of}`
    button.textContent = view.step.button
    button.removeAttribute("aria-disabled")
    button.onclick = () => ask(view.seq, view.step)
    button.focus()
  }
  return true
}

// ask runs one gesture. Whatever comes of it goes to the terminal, which says
// what to show next.
async function ask(at, step) {
  if (gesture) return
  const mine = gesture = new AbortController()
  const button = el("go")
  button.setAttribute("aria-disabled", "true")
  button.textContent = "Follow your browser …"
  let answer
  try {
    if (!window.PublicKeyCredential) throw new DOMException("", "NoPRF")
    answer = step.create ? await create(step.create, mine.signal) : await get(step.get, mine.signal)
  } catch (e) {
    if (mine.signal.aborted) return // the terminal ended it, and knows
    answer = { failure: e?.name ?? "Error" }
  }
  try {
    await post("answer", { seq: at, ...answer })
  } catch {
    // The terminal has gone: watch finds out too, and says so.
  }
}

async function create(o, signal) {
  const credential = await navigator.credentials.create({ signal, publicKey: {
    ...o,
    challenge: fromBase64(o.challenge),
    user: { ...o.user, id: fromBase64(o.user.id) },
    excludeCredentials: o.excludeCredentials.map(descriptor),
  } })
  return {
    id: toBase64(credential.rawId),
    clientData: toBase64(credential.response.clientDataJSON),
    attestation: toBase64(credential.response.attestationObject),
    transports: credential.response.getTransports?.() ?? [],
    enabled: credential.getClientExtensionResults().prf?.enabled === true,
  }
}

async function get(o, signal) {
  const [first, second] = o.inputs.map(fromBase64)
  const credential = await navigator.credentials.get({ signal, publicKey: {
    challenge: fromBase64(o.challenge),
    rpId: o.rpId, timeout: o.timeout, userVerification: o.userVerification, hints: o.hints ?? [],
    allowCredentials: o.allowCredentials.map(descriptor),
    extensions: { prf: { eval: { first, second } } },
  } })
  const results = credential.getClientExtensionResults().prf?.results ?? {}
  const answer = {
    id: toBase64(credential.rawId),
    clientData: toBase64(credential.response.clientDataJSON),
    authData: toBase64(credential.response.authenticatorData),
    signature: toBase64(credential.response.signature),
    first: results.first ? toBase64(results.first) : "",
    second: results.second ? toBase64(results.second) : "",
  }
  for (const output of [results.first, results.second]) {
    if (output) new Uint8Array(output).fill(0)
  }
  return answer
}

const descriptor = d => ({ ...d, id: fromBase64(d.id) })

// watch always has a request waiting, by which the terminal knows that the page
// is there. A page that was just reloaded may find its former self there still.
async function watch() {
  for (let tries = 0; ; ) {
    let response
    try {
      response = await post("next", { seq })
    } catch {
      response = null
    }
    if (response?.ok) {
      tries = 0
      if (!update(await response.json())) return
      continue
    }
    if (response?.status === 401) return end(...(seq ? endings.gone : endings.stale))
    if (++tries > 5) return end(...(response?.status === 409 ? endings.elsewhere : endings.gone))
    await pause(200)
  }
}

if (token) watch()
else end(...endings.token)
