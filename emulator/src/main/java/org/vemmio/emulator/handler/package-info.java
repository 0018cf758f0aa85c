/// The handlers that can be asked to deal with a trap: what a handler is, and how one is found.
///
/// A [TrapHandler] is one way of dealing with a trapped device access: the processor's, that of a guest's kernel, that
/// of a firmware or a monitor, quirks included. It decides; an engine does the work. Handlers are immutable and may be
/// shared between engines and threads. [TrapHandlers] finds one by name among those that [TrapHandlerProvider]s bring.
///
/// Everything that is known about a handler stands in its own room, one for each origin:
///
/// | room | handlers | code that is modelled |
/// |---|---|---|
/// | [org.vemmio.emulator.handler.architectural] | `architectural` | none: the processor itself (Intel SDM, AMD APM) |
/// | [org.vemmio.emulator.handler.linux] | `linux-tdx`, `linux-tdx-5.19` to `linux-tdx-6.12`; `linux-sev` | Linux arch/x86/coco |
///
/// # The ladder
///
/// A handler has a [ladder][org.vemmio.emulator.outcome.Ladder] of [checks][org.vemmio.emulator.outcome.Check], in the
/// order in which it comes to them. A check is data: label and text; since and until which version, by which commit;
/// where it stands in the source, under which functions; what is printed, how often; what is returned, in the handler's
/// own words; how it ends; whether it is late; what to write instead. A Failure names the check that refused, and
/// everything else is read from it: what a guest's kernel prints ([org.vemmio.emulator.kernel]), what the policy `own`
/// does ([org.vemmio.emulator.policy]), which labels a policy may name, what reports and tables say. Nothing outside a
/// handler's room knows the handler.
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
/// The engine itself refuses by the [org.vemmio.emulator.outcome.CommonChecks]; where the handler's ladder has a check
/// with the same label, that one is told. [TrapHandler#kernelView] is asked by reports and by the replay, which compares
/// it with what was recorded.
///
/// # How to add a handler
///
/// It touches one folder and one service file, here or in a jar of its own; `emulator/example` has a small one to
/// begin with, `mov-only`, and its tests.
///
/// 1. Its checks, in the order of its source: a [org.vemmio.emulator.outcome.Ladder]. Use the labels of
///    [org.vemmio.emulator.outcome.CommonChecks] where they mean the same. Do not tidy the order: which of two reasons is
///    told depends on it.
/// 2. The handler: implement [TrapHandler]. [TrapHandler#ladder] and [TrapHandler#admit] are enough where it fetches and
///    decodes as the processor does. Cite file and function of what is modelled.
/// 3. What happens after classification: extend [org.vemmio.emulator.operation.MmioOperation]. To do as the processor
///    does, answer [TrapHandler#admit] with what
///    [org.vemmio.emulator.handler.architectural.ArchitecturalHandler#admit] gives. Where it reports success and yet
///    differs from the architecture, its operation carries [org.vemmio.emulator.outcome.Hazard]s.
/// 4. A [TrapHandlerProvider], named in the module's declaration (`provides`), and for the class path in
///    `META-INF/services`. [TrapHandlers#installed] finds those on the class path and the module path, [TrapHandlers#on],
///    and the command line's `--handler-path`, those in other jars. By its name the command line and its help texts,
///    policies (`recover: {handler: …}`, `failure: HANDLER/LABEL`) and the test kit know it.
/// 5. Judge it by recordings of the code that is modelled, run on many byte strings, as those called
///    `linux-6.12-handle-mmio` and `linux-6.12-vc-handle-mmio` in `testdata/recordings`; and test its ladder rung by
///    rung, as `LinuxTdxHandlerTest` and the example's `MovOnlyHandlerTest` do.
///
/// A new version of a handler is a row's `since` or `until`, and a name in its provider.
@NullMarked
package org.vemmio.emulator.handler;

import org.jspecify.annotations.NullMarked;
