// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deliver/stream_source.hpp"

#include <algorithm>
#include <string>

#include "compat.hpp"

namespace columbarium::deliver {

namespace {

tl::unexpected<Error> failure_of(istream* input) {
    return temporary_failure(std::string("cannot read the message: ") + i_stream_get_error(input));
}

} // namespace

StreamSource::StreamSource(istream* input) : input_(input), start_(input->v_offset) {}

Expected<std::uint64_t> StreamSource::size() {
    uoff_t octets = 0;
    if (i_stream_get_size(input_, true, &octets) < 0)
        return failure_of(input_);
    return octets - start_;
}

Expected<std::size_t> StreamSource::read(std::uint64_t offset, std::size_t length, std::string& buffer) {
    i_stream_seek(input_, start_ + offset);
    std::size_t done = 0;
    while (done < length) {
        const unsigned char* data = nullptr;
        std::size_t available = 0;
        if (i_stream_read_more(input_, &data, &available) <= 0)
            break;
        const std::size_t taken = std::min(available, length - done);
        buffer.append(reinterpret_cast<const char*>(data), taken);
        i_stream_skip(input_, taken);
        done += taken;
    }
    if (input_->stream_errno != 0)
        return failure_of(input_);
    return done;
}

void StreamSource::rewind() {
    i_stream_seek(input_, start_);
}

} // namespace columbarium::deliver
