package org.vemmio.emulator.survey;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.operation.FetchedCode;

/// What one instruction would mean under several handlers, without a trap. Immutable.
///
/// @param decoding what the processor makes of the bytes
/// @param memory what that does to memory
/// @param verdicts how each handler takes it, by the handler's name, in the order in which they were asked
public record Survey(Decoding decoding, MemoryEffect memory, Map<String, HandlerVerdict> verdicts) {
    /// Creates a survey; `verdicts` is copied.
    public Survey {
        verdicts = Collections.unmodifiableMap(new LinkedHashMap<>(verdicts));
    }

    /// {@return the survey of the instruction that `code` begins with}
    ///
    /// @param decoder of the calling thread
    /// @param mode the size of the code segment; a handler that decodes for another goes by that
    /// @param code 1 to 15 bytes, of which the instruction may need fewer
    /// @param handlers whom to ask
    public static Survey of(Decoder decoder, CodeMode mode, byte[] code, Collection<TrapHandler> handlers) {
        Decoding decoding = decoder.decode(mode, code);
        Map<String, HandlerVerdict> verdicts = new LinkedHashMap<>();
        for (TrapHandler handler : handlers) {
            CodeMode own = handler.decodesAs(mode);
            Decoding seen = own == mode ? decoding : decoder.decode(own, code);
            verdicts.put(handler.name(), HandlerVerdict.of(seen, handler.admit(new FetchedCode(code, seen)),
                    handler.ladder()));
        }
        return new Survey(decoding, MemoryEffect.of(decoding), verdicts);
    }
}
