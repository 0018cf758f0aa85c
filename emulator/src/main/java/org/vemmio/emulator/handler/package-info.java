/// The handlers that can be asked to deal with a trap.
///
/// A [TrapHandler] is one way of dealing with a trapped device access: the processor's ([org.vemmio.emulator.handler.architectural]), or
/// that of a guest's kernel ([org.vemmio.emulator.handler.linux]), quirks included. It decides; an engine does the
/// work. Handlers are immutable and may be shared between engines and threads. [TrapHandlers] finds one by name.
///
/// | name | code that is modelled | decodes by |
/// |---|---|---|
/// | `architectural` | none: the processor itself (Intel SDM, AMD APM) | Zydis, in the mode of the code |
/// | `linux-tdx`, `linux-tdx-5.19` to `linux-tdx-6.12` | `tdx_handle_virt_exception`, `handle_mmio` in Linux arch/x86/coco/tdx/tdx.c | Linux's own decoder, as 64-bit code |
/// | `linux-sev` | `vc_handle_mmio` in Linux arch/x86/coco/sev | likewise |
///
/// # How a handler is asked
///
/// For every trap, in this order:
///
/// 1. [TrapHandler#refusesTrap]: what can be told from the trap and the registers alone, before a byte is fetched, as
///    the privilege level or a private address.
/// 2. Up to 15 bytes are fetched at CS:RIP. Where fewer can be had, [TrapHandler#needsAllBytes] says whether the
///    handler gives up, and [TrapHandler#faultsOnFetch] whether that is a page fault of the guest or a Failure. Without
///    a single byte no handler goes on.
/// 3. [TrapHandler#decodesAs] says for which code size the bytes are decoded.
/// 4. [TrapHandler#admit], once per distinct instruction: the engine keeps the answer by mode, bytes and their number.
///    It must therefore depend on nothing else: neither on registers nor on the trap, nor on earlier calls.
/// 5. The [org.vemmio.emulator.operation.MmioOperation] is executed. What depends on the trap or the registers is
///    checked there, each time, in the handler's own order.
///
/// [TrapHandler#kernelView] is asked by reports and by the replay, which compares it with what was recorded.
///
/// An [org.vemmio.emulator.operation.Admission] is an operation, a refusal with its
/// [org.vemmio.emulator.outcome.FailureReason], or an exception that the processor raises. Where a handler succeeds and
/// yet differs from the architecture, its operation carries [org.vemmio.emulator.outcome.Hazard]s.
///
/// # How to add a handler
///
/// One that is the library user's own needs the first two steps, and is handed to
/// [org.vemmio.emulator.engine.MmioEngine.Builder#handler]:
///
/// 1. Implement [TrapHandler]. Follow the model's source function by function; cite file and function. Do not tidy its
///    order of checks: which of two reasons is told depends on it.
/// 2. Extend [org.vemmio.emulator.operation.MmioOperation] for what happens after classification, as `LinuxTdxMmio`
///    does; give it the handler's [TrapHandler#name()], or the outcomes bear another's. To do as the processor does,
///    answer [TrapHandler#admit] with what
///    [org.vemmio.emulator.instruction.InstructionTable#prepare] gives; its outcomes are called `architectural`.
///
/// One that comes with vemmio has more places to go to:
///
/// 3. [TrapHandlers] gets its name, by which the command line, policies (`recover: {handler: …}`) and the test kit
///    find it; the help texts in `cli` list the names with a line on each, and README its table.
/// 4. A refusal that no [org.vemmio.emulator.outcome.FailureReason] tells needs a new one, in the order in which a
///    handler comes across it, with its error number.
/// 5. [org.vemmio.emulator.kernel] says what the guest's kernel prints for each reason, and at which line;
///    [org.vemmio.emulator.policy] gets a preset for what that kernel does.
/// 6. Judge it by recordings of the code that is modelled, run in user space on many byte strings, as those
///    called `linux-6.12-handle-mmio` and `linux-6.12-vc-handle-mmio` in `testdata/recordings`; and test its ladder rung by rung, as
///    `LinuxTdxHandlerTest` does.
@NullMarked
package org.vemmio.emulator.handler;

import org.jspecify.annotations.NullMarked;
