package org.vemmio.emulator.hex;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads hex in the forms that people have it in.
///
/// The form is recognised line by line, so that a listing may have headings and a mail may be pasted whole as far as
/// its other lines are empty or comments (`#`, `//`, `;`). Addresses of dumps and listings begin a new chunk wherever
/// they do not go on from the line before.
public final class HexReader {
    /// `00000010: 4889 07f3 a4   H.` as xxd prints it; groups of two or more digits.
    private static final Pattern XXD = Pattern.compile("([0-9a-fA-F]{6,16}): ((?:[0-9a-fA-F]{2,16} ?)+)(?: .*)?");
    /// `00000010  48 89 07 f3 a4  |H....|` as hexdump -C prints it.
    private static final Pattern HEXDUMP =
            Pattern.compile("([0-9a-fA-F]{7,16})  ((?:[0-9a-fA-F]{2} {1,2})*[0-9a-fA-F]{2}) *(?:\\|.*\\|?)?");
    /// What hexdump -C prints last: the address behind the last byte.
    private static final Pattern HEXDUMP_END = Pattern.compile("([0-9a-fA-F]{7,16})");
    /// `  401000:	48 89 07 	mov %rax,(%rdi)` as objdump -d prints it.
    private static final Pattern OBJDUMP =
            Pattern.compile("\\s*([0-9a-fA-F]{1,16}):\\s+((?:[0-9a-fA-F]{2} )*[0-9a-fA-F]{2})(?:\\s*| ?\\t.*| {2,}.*)");
    /// What stands between the bytes: objdump's headings and relocations, and the length that xxd -i gives an array.
    private static final Pattern BESIDE = Pattern.compile("[0-9a-fA-F]+ <.*>:|Disassembly of section .*"
            + "|.*:\\s+file format .*|\\s*\\.\\.\\.|\\s+[0-9a-fA-F]+: R_\\w+\\s.*|unsigned int \\w+_len = \\d+;");
    private static final Pattern OOPS = Pattern.compile("(?:.*\\s)?Code[:=]\\s*(.*)");
    private static final Pattern DECLARATION =
            Pattern.compile("(?:(?:static|const|unsigned|char|u8|uint8_t|__u8|byte)\\s+)*\\w+\\s*\\[[\\w.]*]\\s*=\\s*");
    /// `[48, 8b, 7]` as debuggers print arrays, perhaps with words around it.
    private static final Pattern BRACKETED = Pattern.compile("[^\\[\\]]*\\[([^\\[\\]]+)][^\\[\\]]*");

    private HexReader() {
    }

    /// {@return the bytes in `text`, in order}
    ///
    /// @param source what to call the text in messages: a file's name, or `argument`
    /// @throws HexException if a line is in none of the forms, or there is no byte at all
    public static List<HexChunk> read(String source, String text) {
        HexText hex = new HexText(source);
        boolean dumped = false;
        boolean repeated = false;
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.strip().equals("*")) {
                repeated = true;
                continue;
            }
            Matcher dump = dump(line, dumped);
            if (dump != null) {
                dumped = true;
                long address = Long.parseUnsignedLong(dump.group(1), 16);
                if (repeated) {
                    hex.repeatTo(address, number);
                    repeated = false;
                }
                if (dump.groupCount() > 1) {
                    hex.at(address);
                    hex.tokens(dump.group(2), number, dump.start(2));
                }
            } else if (!BESIDE.matcher(line).matches()) {
                loose(hex, line, number);
            }
        }
        return hex.chunks(number);
    }

    private static @Nullable Matcher dump(String line, boolean dumped) {
        for (Pattern pattern : List.of(XXD, HEXDUMP, OBJDUMP)) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.matches()) {
                return matcher;
            }
        }
        Matcher end = HEXDUMP_END.matcher(line);
        return dumped && end.matches() ? end : null;
    }

    private static void loose(HexText hex, String line, int number) {
        Matcher oops = OOPS.matcher(line);
        if (oops.matches()) {
            hex.startChunk();
            hex.tokens(oops.group(1), number, oops.start(1));
            return;
        }
        Matcher declaration = DECLARATION.matcher(line);
        Matcher bracketed = BRACKETED.matcher(line);
        if (declaration.lookingAt()) {
            hex.tokens(line.substring(declaration.end()), number, declaration.end());
        } else if (bracketed.matches()) {
            hex.numbers(bracketed.group(1), number, bracketed.start(1));
        } else {
            hex.tokens(line, number, 0);
        }
    }
}
