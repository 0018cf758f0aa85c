package org.vemmio.emulator.policy;

import java.util.Locale;
import java.util.regex.Pattern;
import org.vemmio.emulator.input.Glob;
import org.vemmio.emulator.input.Limits;

/// A mnemonic with wildcards: `*` stands for any characters, none included, `?` for exactly one.
///
/// @param glob the pattern, of up to 64 lower-case letters, digits, `_`, `*` and `?`
public record MnemonicPattern(String glob) {
    private static final Pattern VALID = Pattern.compile("[a-z0-9_*?]+");

    /// Creates a pattern; upper case is taken for lower case.
    ///
    /// @throws IllegalArgumentException if `glob` is empty, longer, or has another character
    public MnemonicPattern {
        if (glob.length() > Limits.MNEMONIC) {
            throw new IllegalArgumentException(
                    "a mnemonic has at most %d characters, not %d".formatted(Limits.MNEMONIC, glob.length()));
        }
        glob = glob.toLowerCase(Locale.ROOT);
        if (!VALID.matcher(glob).matches()) {
            throw new IllegalArgumentException(
                    "'%s' is no mnemonic: letters, digits and the wildcards * and ? make one".formatted(glob));
        }
    }

    /// {@return whether `mnemonic`, in lower case as [org.vemmio.decoder.Instruction#mnemonic] gives it, matches}
    public boolean matches(String mnemonic) {
        return Glob.matches(glob, mnemonic);
    }
}
