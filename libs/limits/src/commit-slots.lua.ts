/**
 * Adds a booking to the levels' hashes, all of it or nothing. No level gets more than its limit: each must either be as
 * it was when the slots were allocated (its version says so), or hold so little in all slices together that no run of
 * them can exceed the limit.
 *
 * A hash: a field for each slice that has a count, `sum` (of all counts), `old` (slices before it are deleted),
 * `version` (grows with each booking), and what PostgreSQL's `rate_level` has: `limit`, `full` (JSON), `last`.
 *
 * KEYS: the levels' hashes. ARGV[1]: JSON `{ now?, until?, run, levels: [{ sliceMs, limit, wanted, version?, last?,
 * full?, counts? }] }`, times in ms. Without `counts` all that is `wanted` goes into the slice that is now; with them
 * (`[[slice, count], …]`), not after `until`.
 *
 * Returns `[now]` if it was added, else `[now, version, full, last, limit, …]` of all levels as strings; a level
 * without a hash has empty ones.
 */
export const COMMIT_SLOTS = `
local input = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = input.now or time[1] * 1000 + math.floor(time[2] / 1000)

local fits, states = now <= (input['until'] or now), { string.format('%.0f', now) }
for i, level in ipairs(input.levels) do
  local stored = redis.call('HMGET', KEYS[i], 'version', 'full', 'last', 'limit', 'sum', 'old')
  level.sum, level.old, level.storedLast = tonumber(stored[5]) or 0, tonumber(stored[6]), tonumber(stored[3])
  local hasRoom = level.sum + level.wanted <= level.limit
  fits = fits and (hasRoom or level.version == (stored[1] or ''))
  if hasRoom then level.full = '[]' end
  for field = 1, 4 do states[#states + 1] = stored[field] or '' end
end
if not fits then return states end

for i, level in ipairs(input.levels) do
  local key, current = KEYS[i], math.floor(now / level.sliceMs)
  for _, added in ipairs(level.counts or { { current, level.wanted } }) do
    redis.call('HINCRBY', key, string.format('%.0f', added[1]), added[2])
  end
  local sum, old = level.sum + level.wanted, level.old or current - input.run
  local past = {}
  for slice = old, math.min(current - input.run, old + 32) - 1 do past[#past + 1] = string.format('%.0f', slice) end
  if #past > 0 then
    for _, count in ipairs(redis.call('HMGET', key, unpack(past))) do sum = sum - (tonumber(count) or 0) end
    redis.call('HDEL', key, unpack(past))
  end
  local last = math.max(level.last or current, level.storedLast or current)
  redis.call('HINCRBY', key, 'version', 1)
  redis.call('HSET', key, 'sum', sum, 'old', string.format('%.0f', old + #past), 'last', string.format('%.0f', last),
    'limit', level.limit, 'full', level.full)
  if last ~= level.storedLast then
    redis.call('PEXPIRE', key, string.format('%.0f', math.max(0, (last + input.run + 1) * level.sliceMs - now) + 60000))
  end
end
return { states[1] }
`;
