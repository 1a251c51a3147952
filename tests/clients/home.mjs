// What every Node script here needs of the home it talks to: its names, its
// letters, the foreign packages, and calls that end by callback as promises.
// The test that starts a script gives it one argument, as the Python ones get it.

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export const home = JSON.parse(process.argv[2])

/** A package that xtask has installed. */
export const foreign = createRequire(join(process.env.HEARTH_NODE_MODULES, 'x.js'))

/** The codes mailed to one address, each handed out once. */
export class Letters {
  #read = 0
  constructor(mail) {
    this.path = join(home.outbox, `${mail}.txt`)
  }
  async code() {
    for (const end = Date.now() + 10_000; Date.now() < end; await setTimeout(20)) {
      const text = await readFile(this.path, 'utf8').catch(() => '')
      const codes = text.match(/(?<!\d)\d{6}(?!\d)/g) ?? []
      if (codes.length > this.#read) return codes[this.#read++]
    }
    assert.fail(`no letter number ${this.#read + 1} came to ${this.path}`)
  }
}

/** Six digits that are not these. */
export const anotherCode = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

/** The time-based code of RFC 6238 for a Base32 secret, so many steps of 30 s later. */
export function timeCode(secret, later = 0) {
  const bits = [...secret].map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later))
  const mac = createHmac('sha1', key).update(step).digest()
  const cut = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff
  return String(cut % 1_000_000).padStart(6, '0')
}

/** `promised((done) => user.changePassword(old, next, done))` */
export const promised = (begin) =>
  new Promise((resolve, reject) => begin((error, answer) => (error ? reject(error) : resolve(answer))))

/** `called((on) => user.forgotPassword(on))`; what else may be asked goes into `more`. */
export const called = (begin, more = {}) =>
  new Promise((resolve, reject) =>
    begin({
      onSuccess: resolve,
      onFailure: (error) => reject(error instanceof Error ? error : Object.assign(new Error(), error)),
      ...Object.fromEntries(Object.entries(more).map(([name, turn]) => [name, (...told) => turn(resolve, ...told)])),
    }),
  )

/** It must be refused by exactly this exception of Cognito. */
export const refused = (code, promise) =>
  assert.rejects(promise, (error) => {
    assert.equal(error.code ?? error.name, code, `refused by ${error.code ?? error.name}: ${error.message}`)
    return true
  })
