curl -sS --get "$PORTAL/api/v1/postings/" \
  --data-urlencode "q=养老护理" \
  --data-urlencode "region=510108" \
  --data-urlencode "sort=date"
