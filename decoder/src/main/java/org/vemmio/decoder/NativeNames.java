package org.vemmio.decoder;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.vemmio.zydis.jextract.Zydis;

/// What the loaded library means by its numbers for mnemonics, registers, categories and instruction sets. The numbers
/// differ between versions; the names do not. Safe for several threads.
final class NativeNames {
    private final Names<String> mnemonics = new Names<>(Zydis::ZydisMnemonicGetString, name -> name);
    private final Names<String> categories = new Names<>(Zydis::ZydisCategoryGetString, name -> name);
    private final Names<String> isaSets = new Names<>(Zydis::ZydisISASetGetString, name -> name);
    private final Names<Register> registers = new Names<>(Zydis::ZydisRegisterGetString, NativeNames::register);

    private static Register register(String name) {
        return Register.named(name).orElseThrow(
                () -> new IllegalStateException("Zydis names a register that is not known here: " + name));
    }

    String mnemonic(int number) {
        return mnemonics.get(number);
    }

    String category(int number) {
        return categories.get(number);
    }

    String isaSet(int number) {
        return isaSets.get(number);
    }

    /// {@return the register, or null for the number 0, which stands for none}
    @Nullable Register register(int number) {
        return number == 0 ? null : registers.get(number);
    }

    /// What some numbers stand for. The library is asked when that is first needed: to ask for all takes longer than to
    /// decode a handful of instructions.
    private static final class Names<T> {
        private final IntFunction<MemorySegment> naming;
        private final Function<String, T> meaning;
        /// A thread that does not see here what another has learnt asks again.
        private @Nullable Object[] known = {};

        Names(IntFunction<MemorySegment> naming, Function<String, T> meaning) {
            this.naming = naming;
            this.meaning = meaning;
        }

        @SuppressWarnings("unchecked")
        T get(int number) {
            @Nullable Object[] seen = known;
            Object one = number < seen.length ? seen[number] : null;
            return one != null ? (T) one : learn(number);
        }

        private synchronized T learn(int number) {
            T one = meaning.apply(naming.apply(number).getString(0).toLowerCase(Locale.ROOT));
            if (number >= known.length) {
                known = Arrays.copyOf(known, number + 1);
            }
            known[number] = one;
            return one;
        }
    }
}
