package org.vemmio.emulator.hex;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A listing of a disassembler, of which all lines but those with bytes are passed over.
final class ListingForm extends HexForm {
    private static final byte[] NONE = {};

    private final Predicate<ListingRow> shape;
    /// Whether rows may have no address below a heading.
    private final boolean addressless;

    private ListingForm(String name, String description, String example, Predicate<ListingRow> shape,
            boolean addressless) {
        super(name, description, example);
        this.shape = shape;
        this.addressless = addressless;
    }

    static HexForm objdump() {
        return new ListingForm("objdump", "objdump -d of GNU or LLVM, with -S, -l, -r, --no-addresses too",
                "0000000000401106 <f>:\n  401106:\t48 8b 07             \tmov    (%rdi),%rax",
                row -> !row.segment() && !row.prefixed() && !row.glued()
                        && (row.colon() ? row.symbol().isEmpty() : !row.symbol().isEmpty()), true);
    }

    static HexForm gdbDisassemble() {
        return new ListingForm("gdb-disassemble", "gdb's disassemble /r; => is where execution stopped",
                "=> 0x0000000000401106 <+0>:\t48 8b 07\tmov    (%rdi),%rax",
                row -> row.prefixed() && row.colon() && !row.glued() && row.gap() == ListingRow.Gap.TAB, false);
    }

    static HexForm qemuInAsm() {
        return new ListingForm("qemu-in-asm", "qemu -d in_asm",
                "IN: \n0x000fe05b:  2e 66 83 3e c8 61 00     cmpl     $0, %cs:0x61c8",
                row -> row.prefixed() && row.colon() && !row.glued() && row.gap() != ListingRow.Gap.TAB
                        && row.symbol().isEmpty(), false);
    }

    static HexForm ida() {
        return new ListingForm("ida", "IDA's listing with opcode bytes",
                ".text:0000000000401106 48 8B 07                mov     rax, [rdi]",
                row -> row.segment() && !row.glued(), false);
    }

    static HexForm ghidra() {
        return new ListingForm("ghidra", "Ghidra's listing",
                "        00401106 48 8b 07        MOV        RAX,qword ptr [RDI]",
                row -> isBare(row) && !row.glued() && row.gap() == ListingRow.Gap.BLANK, false);
    }

    static HexForm windbg() {
        return new ListingForm("windbg", "WinDbg's u, and IDA-like listings with bytes in one group",
                "fffff800`03a5f0c0 488b07          mov     rax,qword ptr [rdi]",
                row -> isBare(row) && (row.glued() || row.bytes().length == 1)
                        && row.gap() == ListingRow.Gap.BLANK, false);
    }

    static HexForm ndisasm() {
        return new ListingForm("ndisasm", "ndisasm",
                "00000000  488B07            mov rax,[rdi]",
                row -> isBare(row) && (row.glued() || row.bytes().length == 1)
                        && row.gap() == ListingRow.Gap.BLANKS, false);
    }

    private static boolean isBare(ListingRow row) {
        return !row.segment() && !row.prefixed() && !row.colon() && row.symbol().isEmpty() && row.digits() >= 8
                && row.hasMnemonic() && row.bytes().length > 0;
    }

    @Override
    Fit fit(HexText text) {
        boolean headed = false;
        int without = 0;
        boolean shortest = false;
        for (HexLine line : text.head()) {
            headed |= isHeading(line.text());
            ListingRow bare = ListingRow.of(line);
            if (bare != null && isBare(bare)) {
                if (bare.bytes().length > 1) {
                    return Fit.of(shape.test(bare));
                }
                shortest |= shape.test(bare);
                continue;
            }
            ListingRow row = row(line, headed);
            if (row != null && row.bytes().length > 0 && (!addressless || isListing(row, headed))) {
                return Fit.YES;
            }
            if (row != null && row.bytes().length == 0 && row.hasMnemonic() && without == 0
                    && (headed || row.prefixed() || row.arrow())) {
                without = line.number();
            }
        }
        return shortest ? Fit.YES : without == 0 ? Fit.NO : Fit.asked(without, "a listing without the bytes of the instructions; objdump"
                + " --show-raw-insn, gdb's disassemble /r and x/16xb have them");
    }

    /// Whether a row is more than a dump's: it has a heading above, or a text, or a few bytes as one instruction has.
    private static boolean isListing(ListingRow row, boolean headed) {
        return headed || row.hasMnemonic() && row.digits() > 0
                || row.text().isEmpty() && row.digits() > 0 && row.bytes().length <= 15 && row.digits() < 8;
    }

    private static boolean isHeading(String text) {
        return text.startsWith("Disassembly of section ") || !heading(text).isEmpty();
    }

    /// Returns the symbol that begins at a line such as `0000000000401106 <f>:`; empty if it is none.
    private static String heading(String text) {
        int open = Digits.hexEnd(text, 0);
        open = open == 0 || Digits.at(text, open) != ' ' ? open : open + 1;
        return Digits.at(text, open) == '<' && text.endsWith(">:") && (open == 0 || open > 1)
                ? text.substring(open + 1, text.length() - 2) : "";
    }

    private @Nullable ListingRow row(HexLine line, boolean headed) {
        ListingRow row = ListingRow.of(line);
        if (row != null && shape.test(row)) {
            return row;
        }
        return addressless && headed ? ListingRow.ofBytes(line) : null;
    }

    @Override
    void read(HexText text, Chunks chunks) throws IOException {
        boolean headed = false;
        for (HexLine line = text.next(); line != null; line = text.next()) {
            String symbol = heading(line.text());
            headed |= isHeading(line.text());
            ListingRow row = row(line, headed);
            if (!symbol.isEmpty() && addressless) {
                chunks.begin();
                chunks.symbol(symbol);
            } else if (row != null && row.bytes().length > 0) {
                add(row, chunks);
            } else if (!addressless) {
                chunks.add(continuation(line));
            }
            chunks.flush();
        }
        if (chunks.isEmpty()) {
            throw text.wrong(1, "there is no byte; the form %s looks like this: %s"
                    .formatted(name(), example().lines().reduce((_, last) -> last).orElseThrow().strip()));
        }
    }

    /// Returns the bytes of a line that goes on with the instruction above: Ghidra's has nothing but pairs of digits,
    /// ndisasm's a run of them behind a hyphen.
    private static byte[] continuation(HexLine line) {
        ListingRow pairs = ListingRow.ofBytes(line);
        if (pairs != null && pairs.text().isEmpty()) {
            return pairs.bytes();
        }
        String stripped = line.text().strip();
        boolean run = line.text().startsWith(" ") && stripped.startsWith("-") && stripped.length() % 2 == 1
                && Digits.isHex(stripped.substring(1));
        return run ? DumpUnit.PAIRS.bytes(line, List.of(stripped.substring(1))) : NONE;
    }

    private static void add(ListingRow row, Chunks chunks) {
        boolean function = !row.symbol().isEmpty() && !row.colon() && row.symbol().indexOf('+') < 0;
        if (function) {
            chunks.begin(row.address());
            chunks.symbol(row.symbol());
        } else if (row.digits() > 0) {
            chunks.at(row.address());
        }
        if (row.arrow()) {
            chunks.mark();
        }
        chunks.add(row.bytes());
    }
}
