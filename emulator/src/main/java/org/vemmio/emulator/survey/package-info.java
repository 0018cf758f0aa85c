/// What one instruction would mean under several handlers, without a trap.
///
/// A [Survey] has what the processor makes of the bytes, what that does to memory ([MemoryEffect]), and how each handler
/// takes it, as far as that does not depend on the trap ([HandlerVerdict]): emulated, perhaps with hazards; refused,
/// with the reason; an exception of the processor's own; or nothing to do with memory. [InstructionForm] names the form
/// of an instruction as the manuals do, such as `mov r32, m32`, so that many can be counted.
///
/// It is a model: `vemmio decode` draws its table and writes its JSON from it, and `replay` counts by form.
///
/// A new kind of verdict is added to [HandlerVerdict]; the compiler then names every place that draws one, and
/// `DecodeCommandTest` shows it in a table and in JSON.
@NullMarked
package org.vemmio.emulator.survey;

import org.jspecify.annotations.NullMarked;
