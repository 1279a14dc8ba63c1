// SPDX-License-Identifier: Apache-2.0

import Testing

/// Serialized, as most of them measure time or count threads and descriptors of the process.
@Suite(.serialized) enum CurlTransportTests {}
