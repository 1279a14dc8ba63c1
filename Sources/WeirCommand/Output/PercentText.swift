// SPDX-License-Identifier: Apache-2.0

extension Double {
    /// A share of 1 in whole percent: `64%`.
    var percent: String { "\(Int((self * 100).rounded()))%" }
}
