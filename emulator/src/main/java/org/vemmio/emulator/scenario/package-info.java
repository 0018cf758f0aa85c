/// Confidential memory, small and exact: what becomes of a guest when something goes wrong between its view of its
/// memory and its host's.
///
/// A [Scenario] has a machine, pages that each have two views ([Page]), steps ([Step]), what fails ([Injection]), and
/// the policies to compare ([ScenarioPolicy]), each with what must come out ([ScenarioExpectation]). Played under one of
/// them it comes to a timeline of what was done and what came of it; how it ended ([ScenarioEnd]); what the guest loses
/// ([Losses]); what the host could learn; who gets to know ([Witness]); and what a later access to each page would do
/// ([LaterAccess]). Where the guest traps, the engine is asked what its handler does, as for any other trap; nothing
/// else here needs more than the model.
///
/// This package is the model: records and enums, all immutable. `org.vemmio.emulator.scenario.file` reads scenarios,
/// `org.vemmio.emulator.scenario.run` plays them, and the command `vemmio scenario FILE…` prints what came out and holds
/// it against the expectation.
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
/// YAML of at most 1 MiB, read by [org.vemmio.emulator.scenario.file.ScenarioReader]. An unknown key, name or page is an
/// error with line and column. Names of several words are written with hyphens, except `panic_on_warn`; the values of a
/// key that links to an enum are its constants, in lower case.
///
/// | key | meaning |
/// |---|---|
/// | `title` | what it shows, in a line |
/// | `machine` | `tdx-partial-write`, `tdx`, `sev-snp` or `sev` |
/// | `pages` | up to 12 of `{name, guest, host}`, each view `private` or `shared`. A name is a lower-case letter and up to 7 letters or digits. May have `present: false`, `accepted: false`, `span: kept` (else `short-lived`), `alias: true`, `cached: true` |
/// | `steps` | what is done, in order, below |
/// | `inject` | what fails, counted from 1: `{host-refuses: 3}` the third page, `{undo-fails: 1}` the first page of an undo, `{notification-fails: 1}` the first hypercall |
/// | `policies` | the policies to compare, below |
///
/// | step | meaning |
/// |---|---|
/// | `convert: {pages, to}` | the guest converts a batch |
/// | `change: {page, to}` | the same with one page in the policy's `order`, a load tried between any two of its steps; for TDX |
/// | `free`, `store` | the caller frees pages; their next owner stores private data; a list of pages each, as for `release` |
/// | `release` | the guest takes pages back that it has shared |
/// | `load`, `host-read`, `host-clear` | the guest reads one page; the host reads it, or writes whole lines to it |
/// | `host-write: {page, bytes}` | the host writes 1 to 63 bytes |
/// | `host: kexec`, `host: reboot` | the host starts another kernel; the host resets the machine |
/// | `guest: migrate` | the guest is to be migrated |
/// | `traps: {recording, lines}` | recorded traps, by their lines, from 2, in a file, relative to the scenario; for TDX |
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
/// | `order` | an error with `change` | for `change`: the steps, each a [TransitionStep] |
/// | `traps`, `walk` | `kernel`, `slow-virt-to-phys` | for `change`: [ScenarioPolicy.TrapTarget], [ScenarioPolicy.AddressWalk] |
/// | `inject`, `steps` | none | behind those of the scenario |
/// | `expect` | an error | what must come out, below |
///
/// | key of `expect` | without it | meaning |
/// |---|---|---|
/// | `end` | an error | `running`, `panic`, `terminated`, `guest-lost`, `host-lost` or `restarted`; the worst, where there are interleavings |
/// | `loses` | an error | `nothing`, `everything`, or some of `memory`, `data`, `transfers` (pages), `tasks`, `accesses` (numbers), `migration` ([MigrationControl]): [Losses] |
/// | `host-learns` | `nothing` | the pages whose private data reaches the host |
/// | `known-to` | `nobody` | a list: [Witness] |
/// | `warnings` | 0 | how many the guest's kernel prints |
/// | `touch` | none | what a later access to each page would do: [LaterAccess]. None where the guest is over |
/// | `loads` | none | for `change`: a row `{after, walk, tlb, alias}` for the start and each step: [LoadRow] |
///
/// # To add a scenario
///
/// 1. Write `testdata/scenarios/NAME.yaml`: first a comment that says what really happens and where that stands (file
///    and function, or section of a manual), then the policies, with what each must come to thought out beforehand.
/// 2. `vemmio scenario testdata/scenarios/NAME.yaml` shows the timeline, and how what came out differs.
/// 3. Add the name to the tests' list, `Scenarios.NAMES` beside `ScenariosTest`. That test plays every file;
///    `TamperingTest` shows that no part of an expectation goes unread; a test of its own says what the file is there to
///    show.
/// 4. Add it to the table in `testdata/scenarios/README.md`, and to the README's, which
///    `vemmio scenario --table testdata/scenarios/*.yaml` prints.
///
/// # To add a step
///
/// 1. The model: a record in [Step], under [Step.ByHost] if the host does it, with its line of text.
/// 2. The file: its key in `ScenarioParser`, a wrong one in `MalformedScenarioTest`, and a row in the table above.
/// 3. What it does: `GuestSteps` or `HostSteps` in `org.vemmio.emulator.scenario.run`; the compiler shows the switch in
///    [org.vemmio.emulator.scenario.run.ScenarioRun]. A new kind of consequence is an
///    [org.vemmio.emulator.scenario.run.TimelineEvent].
/// 4. A scenario that does it, or a test in `ScenariosTest` with a file of its own.
///
/// # To add a machine
///
/// 1. The model: a constant in [Machine], and a column in the first table above.
/// 2. What an access does: `PageAccess`; in which order pages change: `Conversion`; what a write by the host does:
///    `HostSteps`; where a new kind of access ends later: `LaterAccesses`, and `GuestSteps` for a step that makes one.
/// 3. Its name is a value of `machine` at once; add it to the row of that key. Steps that it does not model are refused
///    in `ScenarioParser`.
/// 4. A scenario for it, which the command shows as above.
@NullMarked
package org.vemmio.emulator.scenario;

import org.jspecify.annotations.NullMarked;
