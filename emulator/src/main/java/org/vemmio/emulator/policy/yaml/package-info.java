/// Policy files in YAML.
///
/// [PolicyFile#read] makes a policy of a file such as this:
///
/// ```yaml
/// # Where linux-tdx gives up on the VGA console, the architectural handler goes on.
/// name: vga-console
/// extends: linux-6.12
/// panic_on_warn: true
/// rules:
///   - when: {failure: [string-move, mmio-decode-failed], gpa: 0xa0000-0xbffff}
///     then: {recover: {handler: architectural}}
///   - when: {mnemonic: ["stos*", "movs*"], cpl: 0}
///     then: warn
///   - when: any
///     then: general-protection
/// ```
///
/// | key | value |
/// |---|---|
/// | `name` | how a Decision calls the policy; without it, the file's name without its ending |
/// | `extends` | a preset, whose rules follow those of the file, and whose knobs hold where the file sets none |
/// | `panic_on_warn`, `panic_on_oops` | `true` or `false` |
/// | `warn_limit`, `oops_limit` | a number; 0 for none |
/// | `fault_address` | `linear`, as Linux since 6.5, or `zero`, or `own`: as the handler that refused |
/// | `rules` | a list of rules, of which the first that matches decides; where none does, the Failure is propagated |
///
/// A rule is for `any` Failure, or for those for which all of these hold that are there:
///
/// | key in `when` | value |
/// |---|---|
/// | `failure` | a check, by its [label][org.vemmio.emulator.outcome.Check#label], or `HANDLER/LABEL` for that of one handler, or a list of them |
/// | `mnemonic` | the processor's mnemonic, with wildcards `*` and `?`, or a list; in quotes where it begins with `*` |
/// | `gpa`, `gla` | an address or a range, ends included, with the guest-physical or guest-linear address of the trap |
/// | `cpl` | a privilege level, 0 to 3, or a list of them |
///
/// An address is a number of 64 bits, decimal, or hexadecimal with `0x`.
///
/// A label is one that a handler's ladder has, or that is common to all. `HANDLER` is a name as `--handler` takes it; one
/// without a version is for all versions.
///
/// | `then` | what is done |
/// |---|---|
/// | `own` | what the handler that refused does by itself |
/// | `warn-once`, `warn` | a warning, the first time at its statement or each time; then the path of a #GP |
/// | `general-protection` | the path of a #GP: exception table, notifiers, oops; a signal for user mode |
/// | `bug`, `panic` | BUG(), panic() |
/// | `terminate` | the guest asks its host to end it; a user process gets SIGBUS |
/// | `halt` | the virtual processor stops for good, in a loop |
/// | `abort` | the monitor tears the virtual machine down |
/// | `vmm-error` | the monitor gets an error and decides |
/// | `{inject: {vector: 13, error_code: 0}}` | an exception is injected: its vector, 0 to 31, and an error code of 32 bits, decimal or with `0x`, or none |
/// | `propagate` | the caller decides |
/// | `{recover: exception-table}` | the exception table alone; without an entry, propagate |
/// | `{recover: zeropad}` | its entries for `load_unaligned_zeropad` alone |
/// | `{recover: skip-ones}`, `{recover: skip-zeros}` | the instruction is skipped, reads giving all ones or zeros |
/// | `{recover: {handler: NAME}}` | another handler deals with the trap |
///
/// A policy file has at most 1 MiB, and a mnemonic at most 64 characters ([org.vemmio.emulator.input.Limits]).
/// Whatever is not as it should be is a [PolicyFileException] that names file, line and column: an unknown key or name,
/// a key that stands twice, a value of another kind, a rule for which an earlier one leaves nothing. Where a name is
/// nearly one that there is, the message says which.
///
/// `PolicyReader` makes the policy of the file's nodes; how to add a key to conditions is told in
/// [org.vemmio.emulator.policy]. To add an action or a recovery: its name in `PolicyReader`'s `actions` or `recoveries`
/// and in [Rule#text][org.vemmio.emulator.policy.Rule#text], a row in the table above, and a rule in `PolicyFileTest`'s
/// `readsEveryKey`.
@NullMarked
package org.vemmio.emulator.policy.yaml;

import org.jspecify.annotations.NullMarked;
