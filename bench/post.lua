-- wrk's half of http.sh: POSTs without a body, as many of them in one write as the first argument says.
wrk.method = "POST"

function init(args)
  burst = string.rep(wrk.format(), tonumber(args[1]))
end

function request()
  return burst
end

-- Read by http.sh: answers, and everything that was not a good answer.
function done(summary)
  local e = summary.errors
  io.write(string.format("answers %d bad %d\n", summary.requests, e.status + e.connect + e.read + e.write + e.timeout))
end
