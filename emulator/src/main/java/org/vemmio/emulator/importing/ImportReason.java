package org.vemmio.emulator.importing;

/// Why an instruction or an access of a trace, or a dump of a log, became no trap.
public enum ImportReason {
    /// Nothing of the trace shows an access that the instruction made.
    NO_ACCESS("no device access follows"),
    /// KVM says so.
    EMULATION_FAILED("KVM could not emulate it"),
    /// The event or the dump has no bytes, or their disassembly alone.
    NO_BYTES("there are no instruction bytes"),
    /// The dump has bytes, but neither a mark nor RIP that tells which of them is the instruction's first.
    UNMARKED("nothing tells which of the bytes the instruction begins with"),
    /// The bytes are no instruction, or end within one.
    NOT_AN_INSTRUCTION("the bytes are no instruction"),
    /// It does not access memory, so that the access is another's.
    NO_MEMORY_OPERAND("the instruction accesses no memory"),
    /// It accesses several places at once: gather and scatter.
    SCATTERED("the instruction accesses memory in several places"),
    /// It reads, and the access is a write, or the other way round.
    DIRECTION("the instruction accesses memory in the other direction"),
    /// The access is wider than what is left of the operand.
    WIDTH("the instruction accesses memory at another width"),
    /// It cannot access this address.
    ADDRESS("the instruction cannot reach the address"),
    /// Of a string instruction, the next element is somewhere else, so that it may be another's.
    GAP("it is not beside the element before"),
    /// A part of the operand, or the write after a read, is missing.
    INCOMPLETE("part of the instruction's accesses is missing"),
    /// A read without the answer.
    UNANSWERED("the read is not answered"),
    /// The instruction had all its accesses before.
    SURPLUS("the instruction makes fewer accesses"),
    /// No registers were found with which the instruction makes these accesses.
    NO_REGISTERS("no registers were found that explain the values"),
    /// The virtual processor has shown no instruction yet.
    NO_INSTRUCTION("no instruction precedes it"),
    /// Its instruction may be among the events lost.
    EVENTS_LOST("events were lost before it"),
    /// It is older than what came before, and too far away to be put into its place.
    OUT_OF_ORDER("it is out of order"),
    /// The same line has been read before.
    DUPLICATE("the line is there twice"),
    /// Linux prints an oops again behind `end trace`.
    REPEATED("the same dump is there before it"),
    /// The line is cut off or otherwise not as it should be.
    UNREADABLE("the line is not as the kernel prints it"),
    /// The image has no code at the program counter.
    NOT_IN_IMAGE("the image has no code there");

    private final String text;

    ImportReason(String text) {
        this.text = text;
    }

    /// {@return the reason in words, without a full stop}
    public String text() {
        return text;
    }
}
