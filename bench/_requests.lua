-- wrk asks what the file in BENCH_REQUESTS holds, in its order, each thread its share; says one line of JSON.
local number = 0
function setup(thread)
  thread:set("offset", number)
  number = number + 1
  thread:set("threads", tonumber(os.getenv("BENCH_THREADS")))
end

function init(args)
  local file = io.open(os.getenv("BENCH_REQUESTS"), "rb")
  local text = file:read("*a")
  file:close()
  local all, from = {}, 1
  while true do
    local first, last = text:find("\n==\n", from, true)
    if not first then break end
    all[#all + 1], from = text:sub(from, first - 1), last + 1
  end
  requests, at = {}, 0
  for place, one in ipairs(all) do
    if #all < threads or place % threads == offset then requests[#requests + 1] = one end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"answers": %d, "seconds": %.6f, "bytes": %d, "refused": %d, "broken": %d, "p50": %.3f, "p99": %.3f, "slowest": %.3f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
