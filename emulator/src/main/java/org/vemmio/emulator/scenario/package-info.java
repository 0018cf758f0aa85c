/// Confidential memory, small and exact: what becomes of a guest when something goes wrong between its view of its
/// memory and its host's.
///
/// A [Scenario] has a machine, pages that each have two views ([Page]), steps ([Step]), what fails ([Injection]), and
/// the policies to compare ([ScenarioPolicy]). [org.vemmio.emulator.scenario.run.ScenarioRun] plays it under one of them, always with the same result,
/// and gives an [org.vemmio.emulator.scenario.run.ScenarioResult]: a timeline of what was done and what came of it ([org.vemmio.emulator.scenario.run.Event]), how it ended ([ScenarioEnd]), what the
/// guest loses, what the host could learn, who gets to know, and what a later access to each page would do. Where the
/// guest traps, the engine is asked what its handler does, as for any other trap; nothing else here needs more than the
/// model.
///
/// # The model
///
/// A page is private or shared in the guest's page table, where it is present or not, and private or shared for the
/// host, where private memory is accepted or not. What an access does follows from both (Linux arch/x86/coco/tdx/tdx.c,
/// `tdx_early_init`; AMD APM vol. 2, 15.36):
///
/// | guest | host | TDX | SEV-SNP | SEV |
/// |---|---|---|---|---|
/// | private | private, accepted | memory | memory | memory |
/// | private | anything else | #VE on a private address | #VC, the guest's end | memory |
/// | shared | shared | shared memory | shared memory | shared memory |
/// | shared | private | #VE, taken for a device access | the host makes it shared | shared memory |
///
/// On SEV the host's view is what it has been told, and matters for migration alone.
///
/// # Scenario files
///
/// YAML, read by [org.vemmio.emulator.scenario.file.ScenarioReader]. An unknown key, name or page is an error with line and column. Names of several
/// words are written with hyphens, except `panic_on_warn`.
///
/// | key | meaning |
/// |---|---|
/// | `title` | what it shows, in a line |
/// | `machine` | `tdx-partial-write`, `tdx`, `sev-snp` or `sev` |
/// | `pages` | up to 12 of `{name, guest, host}`, each view `private` or `shared`. May have `present: false`, `accepted: false`, `span: kept` (else `short-lived`), `alias: true`, `cached: true` |
/// | `steps` | what is done, below |
/// | `inject` | what fails: `{host-refuses: 3}` the third page, `{undo-fails: 1}` the first page of an undo, `{notification-fails: 1}` the first hypercall |
/// | `policies` | the policies to compare, below |
///
/// | step | meaning |
/// |---|---|
/// | `convert: {pages, to}` | the guest converts a batch |
/// | `change: {page, to}` | the same in the policy's order, with a load tried between any two steps |
/// | `free`, `store` | the caller frees pages; their next owner stores private data |
/// | `release` | the guest takes pages back that it has shared |
/// | `load`, `host-read`, `host-clear` | the guest reads a page; the host reads it, or writes whole lines to it |
/// | `host-write: {page, bytes}` | the host writes 1 to 63 bytes |
/// | `host: kexec`, `host: reboot`, `guest: migrate` | |
/// | `traps: {recording, lines}` | recorded traps, by their lines in a file beside the scenario |
///
/// | key of a policy | without it | meaning |
/// |---|---|---|
/// | `name` | an error | |
/// | `kernel` | 6.12 | 5.19, 6.1, 6.5 or 6.12 |
/// | `refusal` | `leak` | what the guest does when the host refuses: [ScenarioPolicy.Refusal] |
/// | `failed-undo` | `leak` | and when it refuses the undoing too |
/// | `notification` | `ignore` | what it does when the hypercall fails: [ScenarioPolicy.Notification], or `{kept, short-lived}` with one each |
/// | `kexec` | `allow` | or `refuse` |
/// | `failures` | the kernel's | a preset of `org.vemmio.emulator.policy`, for `traps` |
/// | `panic_on_warn` | the preset's | holds for every warning |
/// | `order`, `traps`, `walk` | an error, `kernel`, `slow-virt-to-phys` | for `change`: [ScenarioPolicy.Transition] |
/// | `inject`, `steps` | none | behind those of the scenario |
/// | `expect` | an error | what must come out, below |
///
/// | key of `expect` | without it | meaning |
/// |---|---|---|
/// | `end` | an error | `running`, `panic`, `terminated`, `guest-lost`, `host-lost` or `restarted`; the worst, where there are interleavings |
/// | `loses` | an error | `nothing`, `everything`, or some of `memory`, `data`, `transfers` (pages), `tasks`, `accesses` (numbers), `migration`: [Losses] |
/// | `host-learns` | `nothing` | the pages whose private data reaches the host |
/// | `known-to` | `nobody` | a list: [Witness] |
/// | `warnings` | 0 | how many the guest's kernel prints |
/// | `touch` | none | what an access to each page would do: [LaterAccess]. None where the guest is over |
/// | `loads` | none | for `change`: a row `{after, walk, tlb, alias}` for the start and each step: [LoadRow] |
@NullMarked
package org.vemmio.emulator.scenario;

import org.jspecify.annotations.NullMarked;
